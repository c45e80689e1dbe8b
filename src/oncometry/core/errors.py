"""Errors and warnings with stable codes.

One root, six leaves, each also a builtin, so that callers who know only Python can catch them.
Every error says what happened, in which file, which value came, and what to do.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from oncometry.core.printable import as_utf8

__all__ = [
    "Code",
    "CorruptInputError",
    "GeometryError",
    "LabelError",
    "NothingFoundError",
    "Notice",
    "OncometryError",
    "OncometryWarning",
    "SettingsError",
    "StoreError",
    "UnsupportedError",
    "notify",
]


class Code(StrEnum):
    """Stable reason codes: in errors, warnings, the manifest and null values."""

    # a file or series that is left out
    TRUNCATED = "TRUNCATED"
    CHECKSUM = "CHECKSUM"
    TOO_LARGE = "TOO_LARGE"
    BOMB = "BOMB"
    TOO_DEEP = "TOO_DEEP"
    MODEL_UNSAFE = "MODEL_UNSAFE"
    MODEL_TAMPERED = "MODEL_TAMPERED"
    EMPTY = "EMPTY"
    UNREADABLE = "UNREADABLE"
    FILE_CHANGED = "FILE_CHANGED"
    CORRUPT = "CORRUPT"
    HEADER_INCONSISTENT = "HEADER_INCONSISTENT"
    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    NOT_A_VOLUME = "NOT_A_VOLUME"
    NOT_RADIOLOGY = "NOT_RADIOLOGY"
    NOT_AN_IMAGE = "NOT_AN_IMAGE"
    ARCHIVE_UNSAFE = "ARCHIVE_UNSAFE"
    PATIENT_CONFLICT = "PATIENT_CONFLICT"
    DUPLICATE_CONFLICT = "DUPLICATE_CONFLICT"
    REFERENCE_MISSING = "REFERENCE_MISSING"
    BURNED_IN = "BURNED_IN"
    ALREADY_DEIDENTIFIED = "ALREADY_DEIDENTIFIED"
    NAME_UNSAFE = "NAME_UNSAFE"
    # geometry
    GEOMETRY_NONFINITE = "GEOMETRY_NONFINITE"
    GEOMETRY_SINGULAR = "GEOMETRY_SINGULAR"
    GEOMETRY_AMBIGUOUS = "GEOMETRY_AMBIGUOUS"
    GEOMETRY_MISSING = "GEOMETRY_MISSING"
    GEOMETRY_MISMATCH = "GEOMETRY_MISMATCH"
    SPACING_INVALID = "SPACING_INVALID"
    SPACING_IMPLAUSIBLE = "SPACING_IMPLAUSIBLE"
    PIXELS_NOT_SQUARE = "PIXELS_NOT_SQUARE"
    SLICES_INCONSISTENT = "SLICES_INCONSISTENT"
    SLICE_MISSING = "SLICE_MISSING"
    SHEARED = "SHEARED"
    TILT = "TILT"
    REGRIDDED = "REGRIDDED"
    # content, accepted with a warning
    TRAILING = "TRAILING"
    MISNAMED = "MISNAMED"
    SCALING = "SCALING"
    NONFINITE_VOXELS = "NONFINITE_VOXELS"
    SPLIT_4D = "SPLIT_4D"
    KEPT_EARLIER = "KEPT_EARLIER"
    REFERENCES_ABSENT = "REFERENCES_ABSENT"
    CONTOURS_OFF_PLANE = "CONTOURS_OFF_PLANE"
    UNIT_UNKNOWN = "UNIT_UNKNOWN"
    FEW_LEVELS = "FEW_LEVELS"
    SEG_INVALID = "SEG_INVALID"
    CONTENT_UNREAD = "CONTENT_UNREAD"
    # labels and contours
    LABELS_GUESSED = "LABELS_GUESSED"
    LABEL_ABSENT = "LABEL_ABSENT"
    LABEL_UNKNOWN = "LABEL_UNKNOWN"
    MASK_EMPTY = "MASK_EMPTY"
    CONTOUR_VOLUME = "CONTOUR_VOLUME"
    CONTOURS_OVERLAP = "CONTOURS_OVERLAP"
    # measurement
    BORDER = "BORDER"
    TOO_SMALL = "TOO_SMALL"
    ABSENT = "ABSENT"
    SPLIT = "SPLIT"
    MERGED = "MERGED"
    SOURCE_DIFFERS = "SOURCE_DIFFERS"
    READER_AMBIGUOUS = "READER_AMBIGUOUS"
    CONSTANT = "CONSTANT"
    UNDEFINED = "UNDEFINED"
    # dates and clinical rows
    DATES_IMPLAUSIBLE = "DATES_IMPLAUSIBLE"
    DATES_DIFFER = "DATES_DIFFER"
    DATE_MISSING = "DATE_MISSING"
    NO_IMAGES = "NO_IMAGES"
    ROW_UNMATCHED = "ROW_UNMATCHED"
    ROW_CONFLICTING = "ROW_CONFLICTING"
    ROW_EXCLUDED = "ROW_EXCLUDED"
    VALUE_MISSING = "VALUE_MISSING"
    SIZE_IMPLAUSIBLE = "SIZE_IMPLAUSIBLE"
    COLUMN_GUESSED = "COLUMN_GUESSED"
    COLUMN_MISSING = "COLUMN_MISSING"
    ENCODING_GUESSED = "ENCODING_GUESSED"
    # decisions
    DECISION_UNPLACED = "DECISION_UNPLACED"
    # roles of lesions
    ROLE_BEYOND_LIMITS = "ROLE_BEYOND_LIMITS"
    # a hint to a lesion
    HINT_OUTSIDE = "HINT_OUTSIDE"
    HINT_IN_AIR = "HINT_IN_AIR"
    HINT_NO_EDGE = "HINT_NO_EDGE"
    HINT_UNSTABLE = "HINT_UNSTABLE"
    HINT_AMBIGUOUS = "HINT_AMBIGUOUS"
    HINT_EDGE_UNSEEN = "HINT_EDGE_UNSEEN"
    # registration
    REGISTRATION_POOR = "REGISTRATION_POOR"
    # segmentation by networks
    PARTS_LEFT_OUT = "PARTS_LEFT_OUT"
    BRAIN_ABSENT = "BRAIN_ABSENT"
    BRAIN_NOT_EXTRACTED = "BRAIN_NOT_EXTRACTED"
    SEQUENCE_MISSING = "SEQUENCE_MISSING"
    SEQUENCES_SWAPPED = "SEQUENCES_SWAPPED"
    HEAD_TURNED = "HEAD_TURNED"
    MASK_MADE = "MASK_MADE"
    SEGMENTATION_UNCERTAIN = "SEGMENTATION_UNCERTAIN"
    # prediction
    ONE_CLASS = "ONE_CLASS"
    TOO_FEW_PATIENTS = "TOO_FEW_PATIENTS"
    TIME_NOT_POSITIVE = "TIME_NOT_POSITIVE"
    EVENT_FLAG_DOUBTFUL = "EVENT_FLAG_DOUBTFUL"
    COLUMN_DUPLICATE = "COLUMN_DUPLICATE"
    FEATURE_AFTER_OUTCOME = "FEATURE_AFTER_OUTCOME"
    SITE_CONFOUNDED = "SITE_CONFOUNDED"
    RESAMPLES_REDRAWN = "RESAMPLES_REDRAWN"
    LEAK = "LEAK"
    LEAK_SUSPECTED = "LEAK_SUSPECTED"
    NO_EVENTS = "NO_EVENTS"
    NOT_CONVERGED = "NOT_CONVERGED"
    COMPETING_IGNORED = "COMPETING_IGNORED"
    PROBABILITIES_SHIFTED = "PROBABILITIES_SHIFTED"
    SITE_UNSEEN = "SITE_UNSEEN"
    SITE_TOO_SMALL = "SITE_TOO_SMALL"
    OUTCOME_IN_COVARIATES = "OUTCOME_IN_COVARIATES"
    TOO_FEW_VISITS = "TOO_FEW_VISITS"
    DAYS_UNSORTED = "DAYS_UNSORTED"
    DAY_TWICE = "DAY_TWICE"
    EXPLANATION_NOT_ADDITIVE = "EXPLANATION_NOT_ADDITIVE"
    OUTSIDE_TRAINING = "OUTSIDE_TRAINING"
    DOSE_QUANTITY = "DOSE_QUANTITY"
    DOSE_NOT_COURSE = "DOSE_NOT_COURSE"
    DOSE_OUTSIDE_GRID = "DOSE_OUTSIDE_GRID"
    FRACTIONS_UNKNOWN = "FRACTIONS_UNKNOWN"
    DVH_DIFFERS = "DVH_DIFFERS"
    DECLARED_OTHERWISE = "DECLARED_OTHERWISE"
    # the run
    SETTINGS = "SETTINGS"
    NOTHING_FOUND = "NOTHING_FOUND"
    SCHEMA_NEWER = "SCHEMA_NEWER"
    SCHEMA_OLDER = "SCHEMA_OLDER"
    SCHEMA_DIFFERS = "SCHEMA_DIFFERS"
    STORE = "STORE"
    NOT_A_COHORT = "NOT_A_COHORT"
    WRITE_FAILED = "WRITE_FAILED"
    EXTRA_MISSING = "EXTRA_MISSING"
    WORKER_LOST = "WORKER_LOST"
    DEVICE_MISSING = "DEVICE_MISSING"
    DEVICE_FAILED = "DEVICE_FAILED"
    INTERNAL = "INTERNAL"


class OncometryError(Exception):
    """Root of all errors raised on purpose.

    Args:
        code: the stable reason code.
        what: one sentence, what is wrong and why it matters; quotes the value that came.
        path: the file it concerns, if any.
        advice: what to do.
    """

    def __init__(
        self, code: Code, what: str, *, path: Path | str | None = None, advice: str | None = None
    ) -> None:
        self.code = code
        self.what = what
        self.path = None if path is None else Path(path)
        self.advice = advice
        super().__init__(str(self))

    @property
    def told(self) -> str:
        """What is wrong and what to do, without code and file."""
        return f"{self.what} {self.advice}" if self.advice else self.what

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path is not None else ""
        return f"{self.code}: {where}{self.told}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.what, self.path, self.advice))


def _rebuild(
    kind: type[OncometryError], code: Code, what: str, path: Path | None, advice: str | None
) -> OncometryError:
    return kind(code, what, path=path, advice=advice)


class CorruptInputError(OncometryError, ValueError):
    """A file whose bytes cannot be trusted."""


class GeometryError(OncometryError, ValueError):
    """A grid that is missing, impossible, or elsewhere."""


class UnsupportedError(OncometryError, NotImplementedError):
    """A kind of file or content that is not radiology or not supported."""


class LabelError(OncometryError, LookupError):
    """A label, segment or scheme that is not there."""


class SettingsError(OncometryError, ValueError):
    """An option or configuration value that does not hold."""


class NothingFoundError(OncometryError, FileNotFoundError):
    """There was nothing to work on."""


class StoreError(OncometryError, RuntimeError):
    """The database or the cohort folder refuses."""


class OncometryWarning(UserWarning):
    """A warning that carries a Notice."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        super().__init__(str(notice))


@dataclass(frozen=True)
class Notice:
    """Something accepted, but worth saying: stored beside the result it concerns."""

    code: Code
    what: str
    path: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", as_utf8(self.what))
        if self.path is not None:
            object.__setattr__(self, "path", as_utf8(self.path))

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{self.code}: {where}{self.what}"


def notify(code: Code, what: str, path: Path | str | None = None) -> Notice:
    """Warn and return the notice, so that the caller can also keep it."""
    notice = Notice(code, what, None if path is None else str(path))
    warnings.warn(OncometryWarning(notice), stacklevel=2)
    return notice
