"""One space for a patient: every series to its date's reference, every date to the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from oncometry.core import Code, Image
from oncometry.core.geometry import FloatArray
from oncometry.io.manifest import SeriesRecord
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import Work
from oncometry.preprocessing import (
    Deformation,
    PreprocessingSettings,
    Registration,
    choose_reference,
    composed,
    register,
)
from oncometry.store.patient_result import StoredRegistration, Volume
from oncometry.store.provenance import StepInput

__all__ = ["Alignment", "align"]


@dataclass
class Alignment:
    """How the patient's series lie in the space of the first date's reference image.

    Attributes:
        reference_key: the first date's reference series; None without images.
        references: time point number -> its reference series.
        from_common: series key -> (4, 4), common LPS mm to the series' own LPS mm.
        trusted: series key -> whether a comparison with other dates may be believed.
        within_date: series key -> whether a comparison within its own date may be.
        frames: series key -> the series in whose space its preprocessed image lies: the patient's
            reference; its date's, where the way between dates is not trusted; itself, where none is.
        chains: series key -> the registrations from that series to it.
        registrations: what was computed, for the store.
    """

    reference_key: str | None = None
    references: dict[int, str] = field(default_factory=dict)
    from_common: dict[str, FloatArray] = field(default_factory=dict)
    trusted: dict[str, bool] = field(default_factory=dict)
    within_date: dict[str, bool] = field(default_factory=dict)
    frames: dict[str, str] = field(default_factory=dict)
    chains: dict[str, tuple[StoredRegistration, ...]] = field(default_factory=dict)
    registrations: list[StoredRegistration] = field(default_factory=list)

    def matrix_used(self, series_key: str) -> FloatArray:
        """(4, 4) that the preprocessed image was pulled with: its frame's LPS mm to its own."""
        return composed([stored.registration for stored in self.chains[series_key]])

    def deformation(self, timepoint: int) -> Deformation | None:
        """From the first date to that one, where one is used."""
        between = [
            s.registration for s in self.registrations if (s.timepoint, s.scope) == (timepoint, "date")
        ]
        return between[0].deformation if between else None

    def to_common(self, series_key: str) -> FloatArray:
        """(4, 4), the series' LPS mm to common LPS mm."""
        return np.asarray(np.linalg.inv(self.from_common[series_key]))


@dataclass(frozen=True)
class _Registrar:
    """Registers pairs of a patient's series, and keeps what was found."""

    ledger: Ledger
    volumes: Mapping[str, Volume]
    read: Callable[[str], Image]
    settings: PreprocessingSettings
    kept: list[StoredRegistration]

    def register(
        self, number: int, scope: str, fixed: SeriesRecord, moving: SeriesRecord
    ) -> StoredRegistration:
        """`moving` to `fixed`, as a step of the time point of that number."""
        settings = self.settings
        enabled = settings.register_dates if scope == "date" else settings.register_sequences
        parameters = {
            "scope": scope,
            "enabled": enabled,
            "minimum_quality": settings.minimum_quality,
            "series": [_meaning(fixed), _meaning(moving)],
        }
        inputs = (
            StepInput("artifact", self.volumes[fixed.key].file.sha256, "fixed"),
            StepInput("artifact", self.volumes[moving.key].file.sha256, "moving"),
        )

        def work() -> Work[Registration]:
            return Work(register(self.read(fixed.key), self.read(moving.key), settings, enabled=enabled))

        outcome = self.ledger.run("register", parameters, inputs, Registration, work)
        stored = StoredRegistration(number, scope, outcome.value, outcome.key)
        self.kept.append(stored)
        return stored


def align(
    ledger: Ledger,
    series: Sequence[SeriesRecord],
    volumes: Mapping[str, Volume],
    read: Callable[[str], Image],
    settings: PreprocessingSettings,
) -> Alignment:
    """Register what needs it; a poor registration is kept in the record but not used."""
    alignment = Alignment()
    registrar = _Registrar(ledger, volumes, read, settings, alignment.registrations)
    by_date: dict[int, dict[str, SeriesRecord]] = {}
    for record in series:
        if record.key in volumes and record.timepoint is not None:
            by_date.setdefault(record.timepoint.number, {})[record.key] = record
    common: SeriesRecord | None = None
    for number, records in sorted(by_date.items()):
        reference = choose_reference([(r.key, r.contrast, r.geometry) for r in records.values()])
        alignment.references[number] = reference
        between: tuple[StoredRegistration, ...] = ()
        if common is None:
            alignment.reference_key, common = reference, records[reference]
        else:
            between = (registrar.register(number, "date", common, records[reference]),)
        _place(alignment, reference, reference, between, ())
        for record in records.values():
            if record.key != reference:
                within = registrar.register(number, "sequence", records[reference], record)
                _place(alignment, record.key, reference, between, (within,))
    return alignment


def _meaning(record: SeriesRecord) -> dict[str, str | None]:
    """What registration reads of a series beside its voxels: two series may hold the same ones."""
    return {
        "key": record.key,
        "modality": record.modality.value,
        "frame_of_reference_uid": record.geometry.frame_of_reference_uid,
    }


def _place(
    alignment: Alignment,
    key: str,
    date_reference: str,
    between: tuple[StoredRegistration, ...],
    within: tuple[StoredRegistration, ...],
) -> None:
    """Where a series lies, by the registrations between dates and within its own; a poor one moves nothing."""
    good_between, good_within = _believed(between), _believed(within)
    alignment.trusted[key] = good_between == between and good_within == within
    alignment.within_date[key] = good_within == within
    alignment.from_common[key] = composed([s.registration for s in (*good_between, *good_within)])
    if alignment.trusted[key] and alignment.reference_key is not None:
        alignment.frames[key], alignment.chains[key] = alignment.reference_key, (*between, *within)
    elif alignment.within_date[key]:
        alignment.frames[key], alignment.chains[key] = date_reference, within
    else:
        alignment.frames[key], alignment.chains[key] = key, ()


def _believed(registrations: tuple[StoredRegistration, ...]) -> tuple[StoredRegistration, ...]:
    return tuple(
        stored
        for stored in registrations
        if all(n.code is not Code.REGISTRATION_POOR for n in stored.registration.notices)
    )
