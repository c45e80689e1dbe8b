"""What comes to harmonization, checked: finite tables, a name for every row's site."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray

__all__ = ["finite_table", "site_names", "some"]


def finite_table(values: FloatArray, what: str) -> FloatArray:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise SettingsError(Code.SETTINGS, f"{what} of shape {table.shape}: a table has rows and columns.")
    wrong = ~np.isfinite(table)
    if wrong.any():
        row, column = (int(x) for x in np.argwhere(wrong)[0])
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{int(wrong.sum())} of {table.size} {what} are not finite, the first {table[row, column]} in row {row},"
            f" column {column}.",
            advice="Impute within the fold before harmonizing.",
        )
    return table


def site_names(sites: ArrayLike) -> NDArray[np.str_]:
    given = np.asarray(sites)
    if given.ndim != 1:
        raise SettingsError(Code.SETTINGS, f"sites of shape {given.shape}: one name a row.")
    listed = given.tolist()
    nameless = [i for i, site in enumerate(listed) if site is None or site != site or str(site).strip() == ""]
    if nameless:
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{len(nameless)} of {len(listed)} rows have no site, the first {listed[nameless[0]]!r} in row {nameless[0]}.",
        )
    return np.array([str(site) for site in listed], dtype=np.str_)


def some(names: list[str], most: int = 5) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
