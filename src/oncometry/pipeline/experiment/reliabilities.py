"""How far the features of an experiment can be relied on: a table of other subjects, or the cohort's own regions, perturbed."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from oncometry.core import Code, NothingFoundError, Notice, SettingsError
from oncometry.features.columns import ORIGINAL, wide_name
from oncometry.features.reliability import IccKind, RepeatedRegion
from oncometry.io.sheet import read_sheet
from oncometry.pipeline.step import StepCache
from oncometry.pipeline.stored_rows import plain_rows
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.fold.reliability import Reliabilities, RepeatedColumns
from oncometry.prediction.sheet import PatientSheet
from oncometry.store import Store

__all__ = ["ToldReliabilities", "reliabilities_of"]

SHOWN = 2
NEEDED = ("filter", "tag", "low")
PERTURBED, COHORT = "perturbation", "cohort"
OF_COHORT = re.compile(
    r"(?:delta\.)?(?:radiomics|deep)\.(?P<image>[^.]+)\.(?P<compartment>[^.]+)\.(?P<tag>.+)@\d+"
)
Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class ToldReliabilities:
    """What is known, and what is worth saying of it."""

    known: Reliabilities
    notices: tuple[Notice, ...]

    @property
    def origin(self) -> tuple[tuple[str, str], ...]:
        """What is known, by name and hash."""
        digest = hashlib.sha256(json.dumps(dict(self.known.outside), sort_keys=True).encode())
        for one in self.known.repeated:
            named = [f"{name} {at}" for name, at in one.columns.items()]
            digest.update("\n".join([*one.patients.tolist(), *named, one.kind]).encode())
            digest.update(one.values.tobytes())
        return (("reliability", digest.hexdigest()),)


def reliabilities_of(
    experiment: Experiment, sheet: PatientSheet, store: Store | None
) -> ToldReliabilities | None:
    """Of the columns of a sheet; None where no filter is asked for.

    Of a declared table the lowest limit over groups and sources counts, whoever its subjects are. Of the cohort's own
    perturbed regions no limit is taken: each fold tells it from its training patients, within compartment and kind of image.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, nothing is known, or what was perturbed is not in the cohort any more.
        SettingsError: `SETTINGS`, there is nothing to ask, or the table was told from the experiment's own cohort;
            `COLUMN_MISSING`, it is no table of reliabilities, or none of the experiment's columns is in it.
    """
    asked = experiment.preprocessing.reliability
    if asked is None:
        return None
    if store is None and asked.file is None:
        raise SettingsError(Code.SETTINGS, "reliability needs a `file`: the experiment has no cohort to ask.")
    kept = [] if store is None else plain_rows(store.table("reliability"))
    if asked.file is not None:
        rows = _read_rows(asked.file)
        _check_others(rows, kept, asked.file)
        told = _outside(rows, sheet, asked.file.name)
    else:
        told = _own(kept, sheet, store)
    if not told.known.columns:
        here = [c for c in sheet.columns if _tag(c) != c] or list(sheet.columns)
        raise SettingsError(
            Code.COLUMN_MISSING,
            "no column of the experiment is in the table of reliabilities.",
            advice=f"Looked for {', '.join(_tag(c) for c in here[-SHOWN:])}; the table has "
            f"{', '.join(list(_lowest(rows if asked.file is not None else kept))[:SHOWN])}.",
        )
    return told


def _own(kept: Sequence[Row], sheet: PatientSheet, store: Store | None) -> ToldReliabilities:
    """What a cohort has: its perturbed regions, and repeated scans of others."""
    if store is None or not kept:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "nothing is known of the reliability of features.",
            advice="Run `oncometry reliability` on the cohort first, or name a table.",
        )
    others = [row for row in kept if row["source"] != PERTURBED]
    told = _outside(others, sheet, ", ".join(sorted({str(row["data"]) for row in others})))
    return replace(told, known=replace(told.known, repeated=_repeated(store, sheet)))


def _check_others(rows: Sequence[Row], kept: Sequence[Row], path: Path) -> None:
    """A table that was told from all patients of the cohort has seen those that are held out."""
    own = {str(row["data_sha256"]) for row in kept if row["source"] == PERTURBED}
    if own & {str(row.get("data_sha256")) for row in rows}:
        raise SettingsError(
            Code.SETTINGS,
            "the table was told from the experiment's own cohort, and so from the patients that are held out.",
            path=path,
            advice="Leave `reliability.file` away: each fold then tells it from its training patients.",
        )


def _outside(rows: Sequence[Row], sheet: PatientSheet, name: str) -> ToldReliabilities:
    """What rows of other subjects say of the columns of a sheet."""
    lowest = _lowest(rows)
    found = {column: lowest[tag] for column in sheet.columns if (tag := _tag(column)) in lowest}
    if not found:
        return ToldReliabilities(Reliabilities({}), ())
    what = f"the reliability of {len(found)} features was told by {name}, once for all folds"
    if COHORT in {str(row.get("data")) for row in rows}:
        notice = Notice(
            Code.LEAK_SUSPECTED,
            f"{what}, from a cohort: if its patients are those of this experiment, the filter has seen those that are held out.",
        )
    else:
        notice = Notice(
            Code.SOURCE_DIFFERS, f"{what}: its subjects have to be others than those of this experiment."
        )
    return ToldReliabilities(Reliabilities(found, name), (notice,))


def _tag(name: str) -> str:
    """The feature behind a column of a cohort; else the column's own name."""
    fits = OF_COHORT.fullmatch(name)
    return fits["tag"] if fits else name


def _read_rows(path: Path) -> list[dict[str, Any]]:
    header, *rows = [r.cells for r in read_sheet(path).tables[0].rows]
    if lacking := [n for n in NEEDED if n not in header]:
        raise SettingsError(
            Code.COLUMN_MISSING, f"the table of reliabilities has no column {lacking[0]!r}.", path=path
        )
    found = []
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            told = f"row {number} has {len(row)} cells, the header {len(header)}."
            raise SettingsError(Code.SETTINGS, f"the table of reliabilities: {told}", path=path)
        found.append(dict(zip(header, row, strict=True)))
    return found


def _lowest(rows: Iterable[Row]) -> dict[str, float]:
    """Feature -> the lowest lower limit over groups and sources; one without a limit is not reliable."""
    found: dict[str, float] = {}
    for row in rows:
        name = wide_name(str(row["filter"] or ORIGINAL), str(row["tag"]))
        low = _limit(row["low"], name)
        found[name] = min(found.get(name, 1.0), low)
    return found


def _limit(cell: object, name: str) -> float:
    """An ICC's lower limit; 0 where there is none."""
    if cell is None or not str(cell).strip():
        return 0.0
    try:
        number = float(str(cell))
    except ValueError:
        number = np.inf
    if np.isnan(number):
        return 0.0
    if not -1 <= number <= 1:
        raise SettingsError(
            Code.SETTINGS, f"the lower limit of the ICC of {name!r} is {str(cell)!r}: no number from -1 to 1."
        )
    return number


def _repeated(store: Store, sheet: PatientSheet) -> tuple[RepeatedColumns, ...]:
    """The regions of the cohort that were perturbed, by group and kind of correlation.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, the values of a region are not there any more.
    """
    columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in sheet.columns:
        if fits := OF_COHORT.fullmatch(name):
            columns[f"{fits['compartment']} in {fits['image']}"].append((name, fits["tag"]))
    cache = StepCache(store.cohort)
    groups: dict[tuple[str, str], list[tuple[str, RepeatedRegion]]] = defaultdict(list)
    for step in store.repeated_steps():
        regions = cache.kept(step.key, tuple[RepeatedRegion, ...])
        if regions is None:
            raise NothingFoundError(
                Code.NOTHING_FOUND,
                f"what was perturbed of patient {step.patient} is not in the cohort any more: no fold can tell reliability "
                "from its own patients.",
                path=store.cohort,
                advice="Run `oncometry reliability` on the cohort again.",
            )
        for region in regions:
            if region.group in columns:
                groups[region.group, step.icc_kind].append((step.patient, region))
    return tuple(
        _of_group(members, columns[group], IccKind(kind)) for (group, kind), members in sorted(groups.items())
    )


def _of_group(
    members: Sequence[tuple[str, RepeatedRegion]], columns: Sequence[tuple[str, str]], kind: IccKind
) -> RepeatedColumns:
    """The features behind these (column, tag), of regions of (patient, region)."""
    places = [{wide_name(f.filter, f.tag): at for at, f in enumerate(r.features)} for _, r in members]
    there = {tag for place in places for tag in place}
    tags = list(dict.fromkeys(tag for _, tag in columns if tag in there))
    most = max(len(region.values) for _, region in members)
    values = np.full((len(members), most, len(tags)), np.nan)
    for m, ((_, region), place) in enumerate(zip(members, places, strict=True)):
        own = [(q, place[tag]) for q, tag in enumerate(tags) if tag in place]
        if own:
            q, at = (list(both) for both in zip(*own, strict=True))
            values[m, : len(region.values), q] = region.values[:, at].T
    patients = np.array([patient for patient, _ in members], dtype=np.str_)
    known = {name: tags.index(tag) for name, tag in columns if tag in there}
    return RepeatedColumns(patients, known, values, kind)
