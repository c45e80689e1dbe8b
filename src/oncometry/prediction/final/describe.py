"""What a card says of the columns and the envelope of a model, from the rows that it was fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.declaration import Experiment
from oncometry.prediction.final.card import CardColumn, KnownColumn, Limits
from oncometry.prediction.final.distance import left_out_distances
from oncometry.prediction.sheet import PatientSheet, as_numbers, as_text
from oncometry.prediction.table import NO_CATEGORY, Column, FeatureTable

__all__ = ["card_columns", "limits_of", "rounded_outward"]

DIGITS = 3
MOST_SEEN = 40

Numbers = NDArray[np.float64]


def card_columns(
    table: FeatureTable, places: Sequence[int], used: set[int], sheet: PatientSheet, experiment: Experiment
) -> tuple[CardColumn, ...]:
    """Of the columns at these places; ranges are widened and rounded, so that no patient's own value stands there.

    Args:
        used: places that the model of all patients looks at.
        sheet: the rows of the table, with the cells that its columns came from.
    """
    found = []
    for place in places:
        column, values = table.columns[place], table.values[:, place]
        known = values[np.isfinite(values)]
        low, high = rounded_outward(known, experiment.envelope.tolerance)
        levels = _levels(column, sheet, table)
        found.append(
            CardColumn(
                name=column.name,
                block=column.block,
                source=column.source,
                level=column.level,
                levels=levels,
                transform=_transform(column.source, sheet, experiment),
                low=low,
                high=high,
                reference=_reference(column, known, sheet),
                missing=float(1 - len(known) / len(values)),
                used=place in used,
            )
        )
    return tuple(found)


def limits_of(
    given: Numbers, table: FeatureTable, used: Sequence[int], sheet: PatientSheet, experiment: Experiment
) -> Limits:
    """The envelope of training rows.

    Args:
        given: (n, q) what the model of all patients was given.
        used: places of the table's columns that it looks at.
    """
    envelope, harmonize = experiment.envelope, experiment.preprocessing.harmonize
    gone = (~np.isfinite(table.values[:, list(used)])).sum(1)
    sites: dict[str, int] = {}
    if table.sites is not None:
        sites = {str(s): len(np.unique(table.patients[table.sites == s])) for s in np.unique(table.sites)}
    return Limits(
        tolerance=envelope.tolerance,
        false_alarms=envelope.false_alarms,
        distance=_distance_limit(given, envelope.false_alarms),
        missing=int(np.quantile(gone, 0.99, method="higher")),
        sites=sites,
        site_judged=len(sites) > 1,
        site_refused=harmonize is not None and harmonize.unseen == "refuse",
        acquisition=tuple(_known(name, sheet, envelope.tolerance) for name in envelope.columns),
    )


def rounded_outward(known: Numbers, tolerance: float) -> tuple[float, float]:
    """The range of values (m,), wider by a part of its width at either end, at three digits of that width."""
    if not len(known):
        return 0.0, 0.0
    low, high = float(known.min()), float(known.max())
    width = high - low
    if width == 0:
        return low, high
    step = 10.0 ** (floor(log10(width * (1 + 2 * tolerance))) - DIGITS + 1)
    low, high = low - tolerance * width, high + tolerance * width
    return floor(low / step) * step, ceil(high / step) * step


def _distance_limit(given: Numbers, false_alarms: float) -> float | None:
    """The distance that this share of training rows is beyond; the largest where there are too few to say."""
    n, q = given.shape
    if n < 5 or q == 0:
        return None
    distances = np.sort(left_out_distances(given))
    at = min(ceil((n + 1) * (1 - false_alarms)), n) - 1
    return float(max(distances[at], 1e-9))


def _levels(column: Column, sheet: PatientSheet, table: FeatureTable) -> tuple[str, ...]:
    """The categories that are known, with the one of cells that say none, where it is one."""
    if column.level is None:
        return ()
    own = {w for w in as_text(sheet.column(column.source)) if w is not None}
    own |= {c.level for c in table.columns if c.source == column.source and c.level == NO_CATEGORY}
    return tuple(sorted(own))


def _transform(source: str, sheet: PatientSheet, experiment: Experiment) -> Literal["none", "log", "present"]:
    for declared in experiment.features:
        if source in declared.present:
            return "present"
        if any(source in sheet.matching(pattern) for pattern in declared.log):
            return "log"
    return "none"


def _reference(column: Column, known: Numbers, sheet: PatientSheet) -> float:
    """The median, of an indicator whether it is of the commonest category, of whole numbers one that is whole."""
    if column.level is None:
        return float(np.quantile(known, 0.5, method="lower")) if _whole(known) else float(np.median(known))
    seen = [w for w in as_text(sheet.column(column.source)) if w is not None]
    commonest = max(sorted(set(seen)), key=seen.count)
    return float(column.level == commonest)


def _whole(known: Numbers) -> bool:
    return bool((known == np.round(known)).all())


def _known(name: str, sheet: PatientSheet, tolerance: float) -> KnownColumn:
    cells = sheet.column(name)
    numbers = as_numbers(cells)
    if numbers is not None and len(np.unique(numbers[np.isfinite(numbers)])) > 1:
        low, high = rounded_outward(numbers[np.isfinite(numbers)], tolerance)
        return KnownColumn(name=name, low=low, high=high)
    seen = [w for w in as_text(cells) if w is not None]
    counted = {w: seen.count(w) for w in sorted(set(seen))}
    return KnownColumn(name=name, seen=dict(sorted(counted.items(), key=lambda x: -x[1])[:MOST_SEEN]))
