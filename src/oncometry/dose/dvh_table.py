"""Histograms of many patients: one row each, for models that are fitted or applied to a cohort."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core import Code, CorruptInputError, Notice, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.dose.dvh import Dvh
from oncometry.dose.eud import geud_of_logs
from oncometry.dose.metrics import MetricValue, measure_metrics, metric_named
from oncometry.dose.quantity import PHYSICAL, DoseQuantity

__all__ = ["DvhTable", "dvh_columns", "dvh_from_cumulative", "dvh_of_columns"]

TOLERANCE_PERCENT = 0.5
PART_OF_ONE = 0.9
GRAY = {"Gy": 1.0, "cGy": 0.01}


@dataclass(frozen=True, eq=False)
class DvhTable:
    """Histograms of one structure, a row a patient, in one quantity.

    Raises:
        SettingsError: `DOSE_QUANTITY`, rows are in different quantities, or there are none.
    """

    rows: tuple[Dvh, ...]
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        found = sorted({str(row.quantity) for row in self.rows})
        if len(found) != 1:
            raise SettingsError(
                Code.DOSE_QUANTITY,
                f"a table of histograms is in one dose quantity, got {', '.join(found) or 'no rows'}.",
            )

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def quantity(self) -> DoseQuantity:
        """Of all rows."""
        return self.rows[0].quantity

    @cached_property
    def dose_gy(self) -> FloatArray:
        """(n, bins) mean dose of each bin; rows with fewer bins are filled up with 0."""
        return self._stacked([row.mean_gy for row in self.rows])

    @cached_property
    def share(self) -> FloatArray:
        """(n, bins) part of the structure in each bin, 0 in those filled up; a row sums to 1."""
        return self._stacked([row.volume_cc / row.covered_cc for row in self.rows])

    @cached_property
    def _logs(self) -> tuple[FloatArray, FloatArray]:
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(self.dose_gy, 0.0)), np.log(self.share)

    def geud(self, a: float) -> FloatArray:
        """(n,) gEUD with a finite exponent, in Gy."""
        return geud_of_logs(*self._logs, a)

    def metric(self, name: str) -> FloatArray:
        """(n,) a metric by name ('mean', 'V30Gy(%)', 'volume' ...); NaN where a structure is too small for it.

        Raises:
            SettingsError: `SETTINGS`, there is no such metric.
        """
        asked = metric_named(name)
        found: list[MetricValue] = [measure_metrics(row, [asked])[0] for row in self.rows]
        return np.array([np.nan if one.value is None else one.value for one in found])

    def _stacked(self, rows: Sequence[FloatArray]) -> FloatArray:
        filled = np.zeros((len(rows), max(len(row) for row in rows)))
        for at, row in enumerate(rows):
            filled[at, : len(row)] = row
        return filled


def dvh_from_cumulative(
    percent: ArrayLike,
    doses_gy: ArrayLike,
    volume_cc: ArrayLike,
    *,
    min_gy: ArrayLike | None = None,
    max_gy: ArrayLike | None = None,
    quantity: DoseQuantity = PHYSICAL,
) -> DvhTable:
    """Histograms from cumulative volumes.

    Between two doses the volume is spread evenly. What gets more than the highest dose goes up to `max_gy`; without one the
    curve has to reach 0, for nothing tells how much more that is. A single value that is higher than one at a lower dose is
    wrong: the lower dose's is taken for it, which a notice says.

    Args:
        percent: (n, k) percent of the structure that gets at least each dose.
        doses_gy: (k,) growing doses, above 0.
        volume_cc: (n,) volumes of the structures.
        min_gy, max_gy: (n,) lowest and highest dose of each structure, where they are known.

    Raises:
        CorruptInputError: `CORRUPT`, a curve is no cumulative one: it rises over several doses by more than half a percent,
            is not finite, leaves 0 to 100 %, or ends above 0 with no maximum known; or no value of the table is above 1, and
            one nearly is: these are parts of 1, not percent.
    """
    given, doses = np.asarray(percent, dtype=np.float64), np.asarray(doses_gy, dtype=np.float64)
    volumes = np.asarray(volume_cc, dtype=np.float64)
    if given.ndim != 2 or given.shape != (len(volumes), len(doses)) or (np.diff(doses) <= 0).any():
        raise CorruptInputError(
            Code.CORRUPT,
            f"cumulative volumes of shape {given.shape} do not belong to {len(volumes)} structures and {len(doses)} doses that "
            "grow.",
        )
    notices = _checked_curves(given, volumes)
    falling = np.minimum.accumulate(np.clip(given, 0, 100), axis=1)
    lows = np.full(len(volumes), np.nan) if min_gy is None else np.asarray(min_gy, dtype=np.float64)
    highs = np.full(len(volumes), np.nan) if max_gy is None else np.asarray(max_gy, dtype=np.float64)
    _check_ends(falling[:, -1], highs, float(doses[-1]))
    rows = [
        _row(curve, doses, float(v), float(a), float(b), quantity)
        for curve, v, a, b in zip(falling, volumes, lows, highs, strict=True)
    ]
    return DvhTable(tuple(rows), notices)


def _checked_curves(percent: FloatArray, volume_cc: FloatArray) -> tuple[Notice, ...]:
    finite = np.isfinite(percent).all(axis=1) & np.isfinite(volume_cc) & (volume_cc > 0)
    inside = (percent >= -TOLERANCE_PERCENT) & (percent <= 100 + TOLERANCE_PERCENT)
    rises = (percent - np.minimum.accumulate(percent, axis=1) > TOLERANCE_PERCENT).sum(axis=1)
    bad = np.flatnonzero(~(finite & inside.all(axis=1) & (rises <= 1)))
    if bad.size:
        raise CorruptInputError(
            Code.CORRUPT,
            f"{bad.size} of {len(percent)} rows are no cumulative histograms in percent with a volume; the first is row "
            f"{bad[0] + 1} ({percent[bad[0]].min():g} to {percent[bad[0]].max():g}, {volume_cc[bad[0]]:g} cc).",
            advice="Give the percent of the structure that gets at least each dose, and leave out patients without one.",
        )
    if PART_OF_ONE <= percent.max(initial=0.0) <= 1:
        raise CorruptInputError(
            Code.CORRUPT,
            f"no value of {len(percent)} cumulative histograms is above {percent.max():g}: they are parts of 1, not percent.",
            advice="Give percent: 100 is the whole structure.",
        )
    single = np.flatnonzero(rises == 1)
    if not single.size:
        return ()
    what = (
        f"in {single.size} rows (the first: {single[0] + 1}) one value of the curve is higher than at a lower dose; that of the "
        "lower dose was taken."
    )
    return (Notice(Code.DVH_DIFFERS, what),)


def _check_ends(last_percent: FloatArray, max_gy: FloatArray, highest_gy: float) -> None:
    cut = np.flatnonzero((last_percent > TOLERANCE_PERCENT) & ~np.isfinite(max_gy))
    if cut.size:
        raise CorruptInputError(
            Code.CORRUPT,
            f"in {cut.size} of {len(last_percent)} rows (the first: {cut[0] + 1}) {last_percent[cut[0]]:g} % of the structure "
            f"get more than {highest_gy:g} Gy, the last dose of the curve, and no maximum is known: nothing tells how much more.",
            advice="Give the maximum, or the curve up to the dose that nothing gets.",
        )


def _row(
    percent: FloatArray, doses: FloatArray, volume_cc: float, low: float, high: float, quantity: DoseQuantity
) -> Dvh:
    edges = np.concatenate([[0.0], doses, [max(high if np.isfinite(high) else doses[-1], doses[-1] + 1e-9)]])
    volume = -np.diff(np.concatenate([[100.0], percent, [0.0]])) / 100 * volume_cc
    there = np.flatnonzero(volume > 0)
    lowest = low if np.isfinite(low) else float(edges[there[0]])
    highest = high if np.isfinite(high) else float(edges[there[-1] + 1])
    inner = np.clip(edges, lowest, max(highest, lowest))
    mean = (inner[:-1] + inner[1:]) / 2
    return Dvh(edges, volume, mean, lowest, max(highest, lowest), quantity)


def dvh_columns(columns: Sequence[str], structure: str) -> dict[float, str]:
    """Dose in Gy -> column, of columns named STRUCTURE_V1, STRUCTURE_V2 ...: percent of it with at least so many Gy.

    Raises:
        SettingsError: `COLUMN_MISSING`, there are none.
    """
    pattern = re.compile(rf"{re.escape(structure)}_V(\d+(?:\.\d+)?)")
    found = {float(match[1]): name for name in columns if (match := pattern.fullmatch(name))}
    if not found:
        raise SettingsError(
            Code.COLUMN_MISSING,
            f"no column is named {structure}_V and a dose; the columns begin with {', '.join(columns[:6])}.",
        )
    return dict(sorted(found.items()))


def dvh_of_columns(columns: Mapping[str, ArrayLike], structure: str, unit: str) -> DvhTable:
    """Histograms of a structure from the columns of a table, one row a patient.

    Args:
        columns: name -> (n,): STRUCTURE_V1 ... in percent for whole Gy, STRUCTURE_volume in cc, and, where they are there,
            STRUCTURE_min and STRUCTURE_max in `unit`.
        unit: 'Gy' or 'cGy', of minimum and maximum.

    Raises:
        SettingsError: `COLUMN_MISSING`; `SETTINGS` for another unit.
        CorruptInputError: as `dvh_from_cumulative`; `CORRUPT` where a maximum contradicts the curve: the unit is another.
    """
    if unit not in GRAY:
        raise SettingsError(Code.SETTINGS, f"doses are in Gy or cGy, got {unit!r}.")
    curves = dvh_columns(list(columns), structure)
    if f"{structure}_volume" not in columns:
        raise SettingsError(Code.COLUMN_MISSING, f"there is no column {structure}_volume.")
    percent = np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in curves.values()])
    ends = {
        end: np.asarray(columns[f"{structure}_{end}"], dtype=np.float64) * GRAY[unit]
        for end in ("min", "max")
        if f"{structure}_{end}" in columns
    }
    doses = np.array(list(curves))
    told: tuple[Notice, ...] = ()
    if "max" in ends:
        off = _contradicted(percent, doses, ends["max"], unit)
        if off.any():
            ends = {end: np.where(off, np.nan, gy) for end, gy in ends.items()}
            first = int(np.flatnonzero(off)[0]) + 1
            what = (
                f"in {int(off.sum())} rows (the first: {first}) the maximum contradicts the curve: minimum and maximum were "
                "not taken."
            )
            told = (Notice(Code.DVH_DIFFERS, what),)
    volumes = np.asarray(columns[f"{structure}_volume"], dtype=np.float64)
    table = dvh_from_cumulative(percent, doses, volumes, min_gy=ends.get("min"), max_gy=ends.get("max"))
    return replace(table, notices=(*table.notices, *told))


def _contradicted(percent: FloatArray, doses: FloatArray, max_gy: FloatArray, unit: str) -> NDArray[np.bool_]:
    """(n,) rows whose maximum is far from the dose that 1 % gets; if most are, the unit is another."""
    near = np.array([doses[row >= 1].max(initial=0.0) for row in percent])
    off = (max_gy < near - 1.5) | (max_gy > 3 * near + 20)
    if off.mean() > 0.5:
        raise CorruptInputError(
            Code.CORRUPT,
            f"in {off.sum()} of {len(off)} rows the maximum in {unit} contradicts the curve (first: {max_gy[off][0]:g} Gy, "
            f"while 1 % gets {near[off][0]:g} Gy).",
            advice="State the unit of minimum and maximum: Gy or cGy.",
        )
    return np.asarray(off)
