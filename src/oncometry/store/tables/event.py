"""Table `event`: endpoints, observed or censored."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.clinical_origin import ClinicalOrigin
from oncometry.store.tables.columns import Name
from oncometry.store.tables.model import Model

__all__ = ["EventRow"]


class EventRow(ClinicalOrigin, Model):
    """Death, progression or recurrence; `observed` False is the last day without it, not an event."""

    __tablename__ = "event"

    endpoint: Mapped[str] = mapped_column(Name)
    observed: Mapped[bool]
    day: Mapped[int]
