"""Dose in normal tissue: from a dose grid and a structure to DVH, EQD2 and complication probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.dose.dvh import Dvh, as_bed, as_eqd2
    from oncometry.dose.dvh_table import DvhTable, dvh_columns, dvh_from_cumulative, dvh_of_columns
    from oncometry.dose.eud import geud, geud_gy
    from oncometry.dose.file_dvh import DvhComparison, compare_with_file, dvh_of_file, told_tags
    from oncometry.dose.metrics import DEFAULT_METRICS, DoseMetric, MetricValue, measure_metrics, metric_named
    from oncometry.dose.ntcp import (
        Covariates,
        LogisticNtcp,
        LogLogistic,
        LymanKutcherBurman,
        NtcpModel,
        RelativeSeriality,
    )
    from oncometry.dose.ntcp_apply import (
        NtcpValue,
        apply_set,
        in_quantity_of,
        ntcp_values,
        sets_for,
        without_sets,
    )
    from oncometry.dose.ntcp_fit import FittedParameter, NtcpFit, fit_logistic_ntcp, fit_ntcp
    from oncometry.dose.ntcp_sets import NtcpSet, ntcp_set_named, ntcp_sets
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
    from oncometry.dose.settings import DoseSettings
    from oncometry.dose.structure import PrismStack, Structure, VoxelSet, structure_of, structure_of_contours
    from oncometry.dose.summarize import DoseSummary, QuantityMetrics, summarize

__all__ = [
    "DEFAULT_METRICS",
    "EFFECTIVE",
    "PHYSICAL",
    "Covariates",
    "DoseKind",
    "DoseMetric",
    "DoseQuantity",
    "DoseSettings",
    "DoseSummary",
    "Dvh",
    "DvhComparison",
    "DvhTable",
    "FittedParameter",
    "Fractionation",
    "LogLogistic",
    "LogisticNtcp",
    "LymanKutcherBurman",
    "MetricValue",
    "NtcpFit",
    "NtcpModel",
    "NtcpSet",
    "NtcpValue",
    "PrismStack",
    "QuantityMetrics",
    "RelativeSeriality",
    "Structure",
    "VoxelSet",
    "apply_set",
    "as_bed",
    "as_eqd2",
    "bed_gy",
    "bed_quantity",
    "compare_with_file",
    "dvh_columns",
    "dvh_from_cumulative",
    "dvh_of",
    "dvh_of_columns",
    "dvh_of_file",
    "eqd2_gy",
    "eqd2_quantity",
    "fit_logistic_ntcp",
    "fit_ntcp",
    "geud",
    "geud_gy",
    "in_quantity_of",
    "measure_metrics",
    "metric_named",
    "ntcp_set_named",
    "ntcp_sets",
    "ntcp_values",
    "sets_for",
    "structure_of",
    "structure_of_contours",
    "summarize",
    "told_tags",
    "without_sets",
]

open_lazily(
    __name__,
    {
        "Covariates": "oncometry.dose.ntcp",
        "DEFAULT_METRICS": "oncometry.dose.metrics",
        "DoseKind": "oncometry.dose.quantity",
        "DoseMetric": "oncometry.dose.metrics",
        "DoseQuantity": "oncometry.dose.quantity",
        "DoseSettings": "oncometry.dose.settings",
        "DoseSummary": "oncometry.dose.summarize",
        "Dvh": "oncometry.dose.dvh",
        "DvhComparison": "oncometry.dose.file_dvh",
        "DvhTable": "oncometry.dose.dvh_table",
        "EFFECTIVE": "oncometry.dose.quantity",
        "FittedParameter": "oncometry.dose.ntcp_fit",
        "Fractionation": "oncometry.dose.quantity",
        "LogLogistic": "oncometry.dose.ntcp",
        "LogisticNtcp": "oncometry.dose.ntcp",
        "LymanKutcherBurman": "oncometry.dose.ntcp",
        "MetricValue": "oncometry.dose.metrics",
        "NtcpFit": "oncometry.dose.ntcp_fit",
        "NtcpModel": "oncometry.dose.ntcp",
        "NtcpSet": "oncometry.dose.ntcp_sets",
        "NtcpValue": "oncometry.dose.ntcp_apply",
        "PHYSICAL": "oncometry.dose.quantity",
        "PrismStack": "oncometry.dose.structure",
        "QuantityMetrics": "oncometry.dose.summarize",
        "RelativeSeriality": "oncometry.dose.ntcp",
        "Structure": "oncometry.dose.structure",
        "VoxelSet": "oncometry.dose.structure",
        "apply_set": "oncometry.dose.ntcp_apply",
        "as_bed": "oncometry.dose.dvh",
        "as_eqd2": "oncometry.dose.dvh",
        "bed_gy": "oncometry.dose.quantity",
        "bed_quantity": "oncometry.dose.quantity",
        "compare_with_file": "oncometry.dose.file_dvh",
        "dvh_columns": "oncometry.dose.dvh_table",
        "dvh_from_cumulative": "oncometry.dose.dvh_table",
        "dvh_of": "oncometry.dose.sampling",
        "dvh_of_columns": "oncometry.dose.dvh_table",
        "dvh_of_file": "oncometry.dose.file_dvh",
        "eqd2_gy": "oncometry.dose.quantity",
        "eqd2_quantity": "oncometry.dose.quantity",
        "fit_logistic_ntcp": "oncometry.dose.ntcp_fit",
        "fit_ntcp": "oncometry.dose.ntcp_fit",
        "geud": "oncometry.dose.eud",
        "geud_gy": "oncometry.dose.eud",
        "in_quantity_of": "oncometry.dose.ntcp_apply",
        "measure_metrics": "oncometry.dose.metrics",
        "metric_named": "oncometry.dose.metrics",
        "ntcp_set_named": "oncometry.dose.ntcp_sets",
        "ntcp_sets": "oncometry.dose.ntcp_sets",
        "ntcp_values": "oncometry.dose.ntcp_apply",
        "sets_for": "oncometry.dose.ntcp_apply",
        "structure_of": "oncometry.dose.structure",
        "structure_of_contours": "oncometry.dose.structure",
        "summarize": "oncometry.dose.summarize",
        "told_tags": "oncometry.dose.file_dvh",
        "without_sets": "oncometry.dose.ntcp_apply",
    },
)
