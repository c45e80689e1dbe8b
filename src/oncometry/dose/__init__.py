"""Dose in normal tissue: from a dose grid and a structure to DVH, EQD2 and complication probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.dose.dvh import Dvh, as_bed, as_eqd2
    from oncometry.dose.eud import geud, geud_gy
    from oncometry.dose.metrics import (
        DEFAULT_METRICS,
        DoseMetric,
        MetricValue,
        measure_metrics,
        metric_named,
    )
    from oncometry.dose.quantity import (
        EFFECTIVE,
        PHYSICAL,
        DoseKind,
        DoseQuantity,
        Fractionation,
        bed_gy,
        bed_quantity,
        eqd2_gy,
        eqd2_quantity,
    )
    from oncometry.dose.sampling import dvh_of
    from oncometry.dose.structure import (
        PrismStack,
        Structure,
        VoxelSet,
        structure_of,
        structure_of_contours,
    )

__all__ = [
    "DEFAULT_METRICS",
    "EFFECTIVE",
    "PHYSICAL",
    "DoseKind",
    "DoseMetric",
    "DoseQuantity",
    "Dvh",
    "Fractionation",
    "MetricValue",
    "PrismStack",
    "Structure",
    "VoxelSet",
    "as_bed",
    "as_eqd2",
    "bed_gy",
    "bed_quantity",
    "dvh_of",
    "eqd2_gy",
    "eqd2_quantity",
    "geud",
    "geud_gy",
    "measure_metrics",
    "metric_named",
    "structure_of",
    "structure_of_contours",
]

open_lazily(
    __name__,
    {
        "DEFAULT_METRICS": "oncometry.dose.metrics",
        "DoseKind": "oncometry.dose.quantity",
        "DoseMetric": "oncometry.dose.metrics",
        "DoseQuantity": "oncometry.dose.quantity",
        "Dvh": "oncometry.dose.dvh",
        "EFFECTIVE": "oncometry.dose.quantity",
        "Fractionation": "oncometry.dose.quantity",
        "MetricValue": "oncometry.dose.metrics",
        "PHYSICAL": "oncometry.dose.quantity",
        "PrismStack": "oncometry.dose.structure",
        "Structure": "oncometry.dose.structure",
        "VoxelSet": "oncometry.dose.structure",
        "as_bed": "oncometry.dose.dvh",
        "as_eqd2": "oncometry.dose.dvh",
        "bed_gy": "oncometry.dose.quantity",
        "bed_quantity": "oncometry.dose.quantity",
        "dvh_of": "oncometry.dose.sampling",
        "eqd2_gy": "oncometry.dose.quantity",
        "eqd2_quantity": "oncometry.dose.quantity",
        "geud": "oncometry.dose.eud",
        "geud_gy": "oncometry.dose.eud",
        "measure_metrics": "oncometry.dose.metrics",
        "metric_named": "oncometry.dose.metrics",
        "structure_of": "oncometry.dose.structure",
        "structure_of_contours": "oncometry.dose.structure",
    },
)
