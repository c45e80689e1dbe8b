"""Table `growth_forecasts`."""

from __future__ import annotations

from sqlalchemy import select

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import GrowthForecast, Patient, ReaderRow, RunStep, Software

__all__ = ["growth_forecasts"]


def growth_forecasts() -> Query:
    """The current ones, with what made them."""
    g = GrowthForecast
    return (
        select(
            value_id("growth", g.id),
            *(
                Patient.identifier.label("patient_id"),
                g.lesion,
                ReaderRow.name.label("reader"),
                g.reader_lesion,
            ),
            *(g.quantity, g.model, g.course, g.visits, g.last_day),
            *(g.day, g.value, g.low, g.high, g.unit, g.level, g.sources),
            *(RunStep.started.label("created"), Software.name.label("software"), Software.version),
        )
        .join(Patient, Patient.id == g.patient_id)
        .join(ReaderRow, ReaderRow.id == g.reader_id)
        .join(RunStep, RunStep.id == g.run_step_id)
        .join(Software, Software.id == RunStep.software_id)
        .where(g.is_current)
        .order_by(Patient.identifier, ReaderRow.name, g.id)
    )
