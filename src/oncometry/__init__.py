"""Oncometry measures tumors on CT and MRI and follows them over time.

import oncometry

cohort = oncometry.Cohort.open("cohort")
cohort.table("measurements")
oncometry.measure_mask("seg.nii.gz")
oncometry.extract_features("ct.nii.gz", "seg.nii.gz")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.api import Cohort
    from oncometry.convert import as_image, as_segmentation
    from oncometry.one_features import extract_features, extract_maps
    from oncometry.one_mask import measure_mask

__all__ = [
    "Cohort",
    "__version__",
    "as_image",
    "as_segmentation",
    "extract_features",
    "extract_maps",
    "measure_mask",
]

__version__ = "0.1.0"

open_lazily(
    __name__,
    {
        "Cohort": "oncometry.api",
        "extract_features": "oncometry.one_features",
        "extract_maps": "oncometry.one_features",
        "measure_mask": "oncometry.one_mask",
        "as_image": "oncometry.convert",
        "as_segmentation": "oncometry.convert",
    },
)
