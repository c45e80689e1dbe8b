"""Nouns: what an image, a segmentation, a patient, a time point *is*. They know only each other."""

from oncometry.core.clinical_state import (
    ClinicalState,
    ClinicalStatus,
    SurroundingChange,
    VisitState,
    weeks_since,
)
from oncometry.core.decision import DecidedLesion, Decision, DecisionKind, in_force, undone
from oncometry.core.errors import (
    Code,
    CorruptInputError,
    GeometryError,
    LabelError,
    NothingFoundError,
    Notice,
    OncometryError,
    OncometryWarning,
    SettingsError,
    StoreError,
    UnsupportedError,
    notify,
)
from oncometry.core.geometry import Geometry, equal_spacing
from oncometry.core.image import Image
from oncometry.core.reading import PROGRAM, LesionReading, LesionRole, NonTargetState, Quantity
from oncometry.core.schemes import SCHEMES, LabelScheme, fitting_schemes, scheme_named
from oncometry.core.segmentation import Segment, Segmentation
from oncometry.core.size_limits import LARGEST_SIZES
from oncometry.core.terms import STRUCTURAL, Compartment, Contrast, LesionStatus, Modality, Unit
from oncometry.core.timepoint import UNORDERED, Timepoint, visit_anchors

__all__ = [
    "LARGEST_SIZES",
    "PROGRAM",
    "SCHEMES",
    "STRUCTURAL",
    "UNORDERED",
    "ClinicalState",
    "ClinicalStatus",
    "Code",
    "Compartment",
    "Contrast",
    "CorruptInputError",
    "DecidedLesion",
    "Decision",
    "DecisionKind",
    "Geometry",
    "GeometryError",
    "Image",
    "LabelError",
    "LabelScheme",
    "LesionReading",
    "LesionRole",
    "LesionStatus",
    "Modality",
    "NonTargetState",
    "NothingFoundError",
    "Notice",
    "OncometryError",
    "OncometryWarning",
    "Quantity",
    "Segment",
    "Segmentation",
    "SettingsError",
    "StoreError",
    "SurroundingChange",
    "Timepoint",
    "Unit",
    "UnsupportedError",
    "VisitState",
    "equal_spacing",
    "fitting_schemes",
    "in_force",
    "notify",
    "scheme_named",
    "undone",
    "visit_anchors",
    "weeks_since",
]
