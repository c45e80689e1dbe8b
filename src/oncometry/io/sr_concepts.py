"""Coded concepts of a lesion in SR TID 1500 (PS3.16 TID 1410, 1411, 1501), and what they are among our nouns.

Where the standard has no code for what a reading says, one of a scheme of our own is written, 99ONCOMETRY: other
programs show its meaning, ours reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from oncometry.core.reading import LesionRole, Quantity

__all__ = [
    "ANATOMY",
    "BASELINE_CATEGORY",
    "COMMENT",
    "DERIVATION",
    "DIAMETER_3D",
    "FACTORS",
    "MEASURED_AS",
    "MERGED_INTO",
    "OWN",
    "PART_OF",
    "PEAK",
    "READ_AS",
    "ROLES",
    "SLICE_THICKNESS",
    "VISIT_NUMBER",
    "Coded",
    "code_of",
    "own",
]

OWN = "99ONCOMETRY"
Q = Quantity


class Coded(NamedTuple):
    """A concept with the unit it is written in."""

    name: Code
    unit: Code


def own(value: str, meaning: str | None = None) -> Code:
    """A concept of our own scheme."""
    return Code(value, OWN, (meaning or value)[:64])


PEAK = Code("126031", "DCM", "Peak Value Within ROI")
DERIVATION = Code("121401", "DCM", "Derivation")
COMMENT = Code("121106", "DCM", "Comment")
SLICE_THICKNESS = Code("112225", "DCM", "Slice Thickness")
BASELINE_CATEGORY = Code("112016", "DCM", "Baseline Category")
MM, MM2, ML, GRAM = (
    Code("mm", "UCUM", "mm"), Code("mm2", "UCUM", "mm2"), Code("ml", "UCUM", "ml"), Code("g", "UCUM", "g"),
)  # fmt: skip
VISIT_NUMBER, PART_OF, MERGED_INTO = (
    own("visit_number", "Number of the visit in the source"),
    own("part_of", "Lesion that this is a part of"),
    own("merged_into", "Lesion that this has merged into"),
)
DIAMETER_3D = Coded(Code("L0JK", "IBSI", "Maximum 3D Diameter of a Mesh"), MM)
MEASURED_AS: Mapping[Quantity, Coded] = MappingProxyType(
    {
        Q.LONGEST_DIAMETER_MM: Coded(Code("103339001", "SCT", "Long axis"), MM),
        Q.SHORT_AXIS_MM: Coded(Code("103340004", "SCT", "Short axis"), MM),
        Q.PRODUCT_MM2: Coded(own("product_mm2", "Product of longest diameter and perpendicular"), MM2),
        Q.VOLUME_ML: Coded(codes.SCT.Volume, ML),
        Q.SUL_PEAK: Coded(Code("126402", "DCM", "SUVlbm"), Code("{SUVlbm}g/ml", "UCUM", "{SUVlbm}g/ml")),
        Q.TOTAL_LESION_GLYCOLYSIS_ML: Coded(Code("126033", "DCM", "Total Lesion Glycolysis"), GRAM),
    }
)
"""PS3.16 CID 7469; the glycolysis of a volume in ml times SUV in g/ml is in g, 1 g/ml taken as 1."""
READ_AS: Mapping[Quantity, tuple[Code, ...]] = MappingProxyType(
    {
        Q.LONGEST_DIAMETER_MM: (
            Code("103339001", "SCT", "Long axis"),
            Code("131187009", "SCT", "Major Axis"),
            codes.SCT.Diameter,
            codes.SCT.Length,
        ),
        Q.SHORT_AXIS_MM: (
            Code("103340004", "SCT", "Short axis"),
            Code("131188004", "SCT", "Minor Axis"),
            Code("131189007", "SCT", "Perpendicular Axis"),
        ),
        Q.PRODUCT_MM2: (MEASURED_AS[Q.PRODUCT_MM2].name,),
        Q.VOLUME_ML: (
            codes.SCT.Volume,
            Code("YEKZ", "IBSI", "Volume from Voxel Summation"),
            Code("RNU0", "IBSI", "Volume of Mesh"),
        ),
        Q.SUL_PEAK: tuple(Code(value, "DCM", "SUVlbm") for value in ("126402", "126405", "126406")),
        Q.TOTAL_LESION_GLYCOLYSIS_ML: (MEASURED_AS[Q.TOTAL_LESION_GLYCOLYSIS_ML].name,),
    }
)
"""What other programs write. OHIF's length tool writes Length, its bidirectional tool the long and the short axis."""
FACTORS: Mapping[Quantity, Mapping[str, float]] = MappingProxyType(
    {
        Q.LONGEST_DIAMETER_MM: {"mm": 1.0, "cm": 10.0, "m": 1000.0},
        Q.SHORT_AXIS_MM: {"mm": 1.0, "cm": 10.0, "m": 1000.0},
        Q.PRODUCT_MM2: {"mm2": 1.0, "cm2": 100.0},
        Q.VOLUME_ML: {"ml": 1.0, "mL": 1.0, "cm3": 1.0, "mm3": 1e-3, "ul": 1e-3, "l": 1000.0},
        Q.SUL_PEAK: {
            "{SUVlbm}g/ml": 1.0,
            "g/ml": 1.0,
            "{SUVlbm(James128)}g/ml": 1.0,
            "{SUVlbm(Janma)}g/ml": 1.0,
        },
        Q.TOTAL_LESION_GLYCOLYSIS_ML: {"g": 1.0, "ml": 1.0},
    }
)
"""UCUM unit -> how many of the quantity's own it is."""
ROLES: Mapping[LesionRole, Code] = MappingProxyType(
    {
        LesionRole.TARGET: Code("112074", "DCM", "Target Lesion at Baseline"),
        LesionRole.NON_TARGET: Code("112075", "DCM", "Non-Target Lesion at Baseline"),
        LesionRole.NEW: own("new", "New lesion"),
    }
)
"""PS3.16 CID 6145; for a new lesion there is no code."""
ANATOMY = (Code("91723000", "SCT", "Anatomical structure"), Code("123037004", "SCT", "Body structure"))
"""Finding categories of what is no lesion: the diameter of an aorta, say."""


def code_of(sequence: object) -> Code:
    """The concept in a code sequence; of '' where there is none."""
    items = list(sequence or [])  # type: ignore[call-overload]
    item = items[0] if items else Dataset()
    value = item.get("CodeValue") or item.get("LongCodeValue") or item.get("URNCodeValue") or ""
    return Code(str(value), str(item.get("CodingSchemeDesignator") or ""), str(item.get("CodeMeaning") or ""))
