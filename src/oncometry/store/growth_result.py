"""Forecasts of lesions as an analysis of growth gave them, as the store takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["StoredForecast"]


@dataclass(frozen=True)
class StoredForecast:
    """One lesion's.

    Attributes:
        patient, lesion: as the cohort names them; no lesion where the reader's is matched to none.
        reader: whose sizes it rests on; 'oncometry' is what was measured from images.
        reader_lesion: as the reader names it; none of what was measured from images.
        quantity: that was read, such as 'longest_diameter_mm'.
        model: the law, and of whom its population is.
        course: what was seen: growing, shrinking ...
        visits, last_day: how many readings it rests on, and the day of the last.
        day: that is forecast, since the patient's first visit as in the cohort.
        value, low, high: the size in `unit`; an end that is open is None.
        level: of the interval.
        sources: value_ids of the measurements or readings.
    """

    patient: str
    lesion: str | None
    reader: str
    reader_lesion: str | None
    quantity: str
    model: str
    course: str
    visits: int
    last_day: float
    day: float
    value: float
    low: float | None
    high: float | None
    unit: str
    level: float
    sources: Sequence[str]
