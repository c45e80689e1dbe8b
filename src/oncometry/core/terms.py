"""The vocabulary: one enum per idea, spelled as the standards spell it."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["STRUCTURAL", "Compartment", "Contrast", "LesionStatus", "Modality", "Unit"]


class Modality(StrEnum):
    """DICOM (0008,0060), as far as we measure on it."""

    CT = "CT"
    MR = "MR"
    PT = "PT"
    UNKNOWN = "OT"


class Contrast(StrEnum):
    """What an image shows: the kind of series a radiologist would name."""

    T1 = "T1"
    T1C = "T1c"
    T2 = "T2"
    FLAIR = "FLAIR"
    T2STAR = "T2*"
    DWI = "DWI"
    ADC = "ADC"
    PD = "PD"
    PERFUSION = "perfusion"
    PET = "PET"
    CT = "CT"
    CT_CONTRAST = "CT+C"
    UNKNOWN = "unknown"


STRUCTURAL = (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR)
"""Sequences that tumors of the brain are segmented in."""


class Unit(StrEnum):
    """Unit of the voxel values."""

    HU = "HU"
    SUV_BW = "SUVbw"
    BQML = "Bq/ml"
    GY = "Gy"
    MM2_PER_S = "mm2/s"
    ARBITRARY = "arbitrary"


class Compartment(StrEnum):
    """A part of a tumor. A segment has one; a measurement is of one.

    `WHOLE`, `CORE` are unions (see `oncometry.core.schemes`); the others are disjoint parts.
    """

    WHOLE = "whole"
    CORE = "core"
    ENHANCING = "enhancing"
    NON_ENHANCING = "non-enhancing"
    NECROSIS = "necrosis"
    CYST = "cyst"
    EDEMA = "edema"
    CAVITY = "cavity"
    OTHER = "other"


class LesionStatus(StrEnum):
    """State of a lesion at a time point; one that is not MEASURED carries a reason."""

    MEASURED = "measured"
    TOO_SMALL = "too small to measure"
    ABSENT = "absent"
    NOT_EVALUABLE = "not evaluable"
    NOT_IMAGED = "not imaged"
