"""New columns of a sheet from others: volumes from counts and spacings, changes from two dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.prediction.declaration import Derived
from oncometry.prediction.sheet import PatientSheet, numbers_in

__all__ = ["with_derived"]


def with_derived(sheet: PatientSheet, derived: Mapping[str, Derived]) -> PatientSheet:
    """The sheet with the declared columns, each known from the last day of those it is made of.

    Raises:
        SettingsError: `COLUMN_MISSING`; `SETTINGS`, a column of that name is there, or text is to be multiplied.
    """
    columns, days, row_days = dict(sheet.columns), dict(sheet.days), dict(sheet.row_days)
    for name, how in derived.items():
        if name in columns:
            raise SettingsError(Code.SETTINGS, f"derive: there is a column {name!r} already.")
        sources = (*how.product, *how.over)
        numbers = {source: numbers_in(sheet, source, "derive: ") for source in sources}
        top = how.scale * np.prod([numbers[s] for s in how.product], axis=0)
        below = np.prod([numbers[s] for s in how.over], axis=0) if how.over else np.ones(len(sheet.patients))
        columns[name] = np.divide(top, below, out=np.full(len(top), np.nan), where=below != 0)
        known = [sheet.days[s] for s in sources if s in sheet.days]
        if known:
            days[name] = max(known)
        if any(s in sheet.row_days for s in sources):
            row_days[name] = np.fmax.reduce([sheet.days_of_rows(s) for s in sources])
    return replace(sheet, columns=columns, days=days, row_days=row_days)
