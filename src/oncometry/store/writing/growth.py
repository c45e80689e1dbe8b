"""Forecasts of lesions: those of the latest analysis are current."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import true

from oncometry.core import Code, StoreError
from oncometry.store.finite import as_json
from oncometry.store.growth_result import StoredForecast
from oncometry.store.provenance import StepRecord
from oncometry.store.tables import GrowthForecast, Patient
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["write_growth"]


def write_growth(writing: Writing, forecasts: Sequence[StoredForecast], step: StepRecord) -> None:
    """Make these the current forecasts of the cohort.

    Raises:
        StoreError: `STORE`, one is of a patient that the store does not know.
    """
    step_id = keep_steps(writing, [step]).of(step.key, "forecasts of growth")
    ids: dict[str, int] = writing.lookup(Patient.identifier, {f.patient for f in forecasts}, Patient.id)
    unknown = sorted({f.patient for f in forecasts} - set(ids))
    if unknown:
        raise StoreError(Code.STORE, f"patient {unknown[0]!r} of a forecast is not in the store.")
    rows = [sealed(GrowthForecast, _row(f, ids[f.patient], step_id)) for f in forecasts]
    writing.keep(GrowthForecast, true(), rows)


def _row(forecast: StoredForecast, patient_id: int, step_id: int) -> Row:
    row = {name: value for name, value in vars(forecast).items() if name not in ("patient", "sources")}
    return {
        "run_step_id": step_id,
        "patient_id": patient_id,
        **row,
        "sources": as_json(list(forecast.sources)),
    }
