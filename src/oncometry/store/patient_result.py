"""Everything one patient's run made, as the store takes it: in one transaction, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.core import Geometry, Notice, Timepoint
from oncometry.io.manifest import DoseRecord, MaskRecord, SeriesRecord
from oncometry.measurement.result import IntensityStatistics, Measured, Tracked
from oncometry.preprocessing.result import AppliedStep, Registration
from oncometry.store.dose_result import DoseInMask
from oncometry.store.image_features import ImageFeatures
from oncometry.store.provenance import Artifact, StepRecord

__all__ = ["PatientResult", "SegmentSummary", "SegmentationResult", "StoredRegistration", "Volume"]


@dataclass(frozen=True, eq=False)
class Volume:
    """One image file in the cohort. `derivation`: 'native' or 'preprocessed'."""

    series_key: str
    derivation: str
    file: Artifact
    geometry: Geometry
    steps: tuple[AppliedStep, ...]
    step_key: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, eq=False)
class StoredRegistration:
    """A registration. `scope`: 'sequence' (within a time point) or 'date' (to the first date)."""

    timepoint: int
    scope: str
    registration: Registration
    step_key: str


@dataclass(frozen=True)
class SegmentSummary:
    """A segment as found in the mask."""

    number: int
    name: str
    compartment: str
    voxels: int
    volume_ml: float
    tracking_uid: str | None = None
    tracking_id: str | None = None
    meaning: str | None = None


@dataclass(frozen=True, eq=False)
class SegmentationResult:
    """A mask with what was measured in it.

    `geometry_trusted` False (SPACING_IMPLAUSIBLE): absolute sizes go to the database as null with
    that reason; relative changes are given.
    """

    mask: MaskRecord
    scheme: str
    scheme_source: str
    file: Artifact
    geometry: Geometry
    segments: tuple[SegmentSummary, ...]
    measured: Measured
    intensities: tuple[IntensityStatistics, ...]
    step_key: str
    geometry_trusted: bool = True
    intensity_step_key: str = ""
    features: tuple[ImageFeatures, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, eq=False)
class PatientResult:
    """One patient: `patient_id` as in the source, `subject` the BIDS label on disk; `dosed`: masks that lie in a dose."""

    patient_id: str
    subject: str
    timepoints: tuple[Timepoint, ...]
    series: tuple[SeriesRecord, ...]
    masks: tuple[MaskRecord, ...]
    doses: tuple[DoseRecord, ...]
    volumes: tuple[Volume, ...]
    registrations: tuple[StoredRegistration, ...]
    segmentations: tuple[SegmentationResult, ...]
    tracked: tuple[Tracked, ...]
    steps: tuple[StepRecord, ...]
    follow_step_key: str = ""
    failures: tuple[Notice, ...] = ()
    dosed: tuple[DoseInMask, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether it was measured, not only curated."""
        return bool(self.follow_step_key or self.segmentations)
