"""Oncometry measures tumors on CT and MRI and follows them over time.

import oncometry

cohort = oncometry.Cohort.open("cohort")
cohort.table("measurements")
oncometry.measure_file("seg.nii.gz")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oncometry.api import Cohort
    from oncometry.convert import as_image, as_segmentation
    from oncometry.one_mask import measure_file

__all__ = ["Cohort", "__version__", "as_image", "as_segmentation", "measure_file"]

__version__ = "0.1.0"

_DOORS = {
    "Cohort": "oncometry.api",
    "measure_file": "oncometry.one_mask",
    "as_image": "oncometry.convert",
    "as_segmentation": "oncometry.convert",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: `import oncometry` alone stays quick."""
    if name not in _DOORS:
        raise AttributeError(f"module 'oncometry' has no attribute {name!r}")
    return getattr(import_module(_DOORS[name]), name)
