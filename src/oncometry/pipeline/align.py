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
from oncometry.preprocessing import PreprocessingSettings, Registration, choose_reference, register
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
        registrations: what was computed, for the store.
    """

    reference_key: str | None = None
    references: dict[int, str] = field(default_factory=dict)
    from_common: dict[str, FloatArray] = field(default_factory=dict)
    trusted: dict[str, bool] = field(default_factory=dict)
    within_date: dict[str, bool] = field(default_factory=dict)
    registrations: list[StoredRegistration] = field(default_factory=list)

    def matrix_used(self, series_key: str) -> FloatArray:
        """(4, 4) that the preprocessed image was pulled with: the identity where it is not trusted."""
        return self.from_common[series_key] if self.trusted[series_key] else np.eye(4)

    def to_common(self, series_key: str) -> FloatArray:
        """(4, 4), the series' LPS mm to common LPS mm."""
        return np.asarray(np.linalg.inv(self.from_common[series_key]))


def align(
    ledger: Ledger,
    series: Sequence[SeriesRecord],
    volumes: Mapping[str, Volume],
    read: Callable[[str], Image],
    settings: PreprocessingSettings,
) -> Alignment:
    """Register what needs it; a poor registration is kept in the record but not used."""
    alignment = Alignment()
    by_date: dict[int, list[SeriesRecord]] = {}
    for record in series:
        if record.key in volumes and record.timepoint is not None:
            by_date.setdefault(record.timepoint.number, []).append(record)

    def registered(number: int, scope: str, fixed: str, moving: str) -> tuple[FloatArray, bool]:
        inputs = (
            StepInput("artifact", volumes[fixed].file.sha256, "fixed"),
            StepInput("artifact", volumes[moving].file.sha256, "moving"),
        )
        enabled = settings.register_dates if scope == "date" else settings.register_sequences
        outcome = ledger.run(
            "register",
            {"scope": scope, "enabled": enabled, "minimum_quality": settings.minimum_quality},
            inputs,
            Registration,
            lambda: Work(register(read(fixed), read(moving), settings, enabled=enabled)),
        )
        result = outcome.value
        alignment.registrations.append(StoredRegistration(number, scope, result, outcome.key))
        poor = any(n.code is Code.REGISTRATION_POOR for n in result.notices)
        return (np.eye(4) if poor else result.matrix), not poor

    for number in sorted(by_date):
        records = by_date[number]
        reference = choose_reference([(r.key, r.contrast, r.geometry) for r in records])
        alignment.references[number] = reference
        if alignment.reference_key is None:
            alignment.reference_key = reference
            to_date, date_trusted = np.eye(4), True
        else:
            to_date, date_trusted = registered(number, "date", alignment.reference_key, reference)
        alignment.from_common[reference], alignment.trusted[reference] = to_date, date_trusted
        alignment.within_date[reference] = True
        for record in records:
            if record.key == reference:
                continue
            matrix, trusted = registered(number, "sequence", reference, record.key)
            alignment.from_common[record.key] = matrix @ to_date
            alignment.trusted[record.key] = trusted and date_trusted
            alignment.within_date[record.key] = trusted
    return alignment
