"""Forecasts of lesions: of each reader those of the latest analysis are current."""

from __future__ import annotations

from collections.abc import Sequence

from oncometry.core import Code, StoreError
from oncometry.store.finite import as_json
from oncometry.store.growth_result import StoredForecast
from oncometry.store.provenance import StepRecord
from oncometry.store.tables import GrowthForecast, Patient
from oncometry.store.writing.people import keep_readers
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["write_growth"]


def write_growth(writing: Writing, forecasts: Sequence[StoredForecast], step: StepRecord) -> None:
    """Make these the current forecasts of the cohort by the sizes of their readers.

    Raises:
        StoreError: `STORE`, one is of a patient that the store does not know.
    """
    step_id = keep_steps(writing, [step]).of(step.key, "forecasts of growth")
    ids: dict[str, int] = writing.lookup(Patient.identifier, {f.patient for f in forecasts}, Patient.id)
    unknown = sorted({f.patient for f in forecasts} - set(ids))
    if unknown:
        raise StoreError(Code.STORE, f"patient {unknown[0]!r} of a forecast is not in the store.")
    readers = keep_readers(writing, {f.reader for f in forecasts})
    rows = [
        sealed(
            GrowthForecast,
            {"run_step_id": step_id, "patient_id": ids[f.patient], "reader_id": readers[f.reader], **_row(f)},
        )
        for f in forecasts
    ]
    writing.keep(GrowthForecast, GrowthForecast.reader_id.in_(sorted(set(readers.values()))), rows)


def _row(forecast: StoredForecast) -> Row:
    apart = ("patient", "reader", "sources")
    return {
        **{name: value for name, value in vars(forecast).items() if name not in apart},
        "sources": as_json(list(forecast.sources)),
    }
