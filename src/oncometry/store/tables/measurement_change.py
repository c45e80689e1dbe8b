"""Table `measurement_change`: change of a lesion's compartment since it was first measured."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.model import Model, options

__all__ = ["MeasurementChange"]


class MeasurementChange(Model):
    """Percent of the baseline measurement; null where the baseline is 0 or has no such size."""

    __tablename__ = "measurement_change"
    __table_args__ = options(UniqueConstraint("lesion_id", "measurement_id"))

    lesion_id: Mapped[int] = mapped_column(ForeignKey("lesion.id"))
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    baseline_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    volume_change_percent: Mapped[float | None] = mapped_column(Double)
    diameter_change_percent: Mapped[float | None] = mapped_column(Double)
    product_change_percent: Mapped[float | None] = mapped_column(Double)
