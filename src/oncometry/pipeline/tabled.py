"""A cohort of tables alone: its patients and visits are those that its sheets name, since no image tells them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import UNORDERED, Code, Notice, Timepoint
from oncometry.io import sha256_of
from oncometry.io.clinical.patients import match_ids
from oncometry.io.clinical.people import People, SaidVisit, is_made, read_people
from oncometry.io.isolation import isolated
from oncometry.io.manifest import Manifest
from oncometry.io.manual_reads import ManualReads
from oncometry.pipeline.clinical import stored_visits
from oncometry.pipeline.refused import refused
from oncometry.pipeline.step import describe_step
from oncometry.store import Store
from oncometry.store.provenance import StepInput

__all__ = ["Tabled", "has_no_images", "keep_tabled"]

FROM_READS, FROM_SHEET = "manual reads", "clinical sheet"


@dataclass(frozen=True, eq=False)
class Tabled:
    """Patients who are known from sheets alone, how many rows of them were new, and what is worth saying."""

    patients: tuple[str, ...] = ()
    timepoints: tuple[Timepoint, ...] = ()
    added: int = 0
    notices: tuple[Notice, ...] = ()


def has_no_images(manifest: Manifest, store: Store) -> bool:
    """Whether neither this input nor an earlier one holds an image, a mask or a dose, not even one that was refused."""
    if manifest.series or manifest.masks or manifest.doses or refused(manifest):
        return False
    known = store.table("patients")
    return bool((known["series"] + known["masks"] == 0).all())


def keep_tabled(
    store: Store, sheets: Sequence[Path], reads: Sequence[ManualReads], columns: Mapping[str, str]
) -> Tabled:
    """Make the patients and visits of sheets those of the cohort; those it had from sheets before stay.

    The visits of a patient with reads are those that were read, as with images; else those of the rows of the clinical
    sheet. Days count from the first.

    Args:
        sheets: clinical sheets.
        columns: what their headers are to be read as.
    """
    people = [isolated(read_people, path, dict(columns)) for path in sheets]
    said = _said(people, reads, store)
    points = tuple(point for patient, each in sorted(said.items()) for point in _visits(patient, each))
    if not said:
        return Tabled()
    hashes = [*(sha256_of(path) for path in sheets), *(sha for file in reads for sha in file.hashes)]
    inputs = tuple(StepInput("file", sha256, "sheet") for sha256 in hashes)
    step = describe_step("people", "cohort", {"columns": dict(columns)}, inputs)
    made = {name for one in people for name in one.made}
    made |= {d.reading.patient_id for file in reads for d in file.drawings if is_made(d.reading.reader)}
    added = store.add_people(sorted(said), points, made & set(said), step)
    told = (*_told(said, points), *_in_one_only(people, reads, said))
    return Tabled(tuple(sorted(said)), points, added, told)


def _said(
    people: Sequence[People], reads: Sequence[ManualReads], store: Store
) -> dict[str, dict[str, list[SaidVisit]]]:
    """Patient -> where from -> visits; an id that differs in case or leading zeros alone is that of the first sheet."""
    found: dict[str, dict[str, list[SaidVisit]]] = {
        str(patient): defaultdict(list) for patient in store.table("patients")["patient_id"]
    }
    for patient, points in stored_visits(store).items():
        for point in points:
            where = FROM_READS if point.source.startswith(FROM_READS) else FROM_SHEET
            found[patient][where].append(SaidVisit(point.acquired, point.day, point.label))
    for one in people:
        _take(found, FROM_SHEET, ((p, v) for p, visits in one.visits.items() for v in visits))
    for file in reads:
        read = zip(file.drawings, file.dates, strict=True)
        _take(
            found,
            FROM_READS,
            (
                (d.reading.patient_id, SaidVisit(when, d.reading.day, d.reading.timepoint))
                for d, when in read
                if d.reading.patient_id
            ),
        )
    return found


def _take(
    found: dict[str, dict[str, list[SaidVisit]]], where: str, said: Iterable[tuple[str, SaidVisit]]
) -> None:
    every = list(said)
    matches = match_ids((patient for patient, _ in every), found)
    for patient, visit in every:
        known = matches[patient].patient_id or patient
        found.setdefault(known, defaultdict(list))[where].append(visit)


def _visits(patient: str, said: Mapping[str, Sequence[SaidVisit]]) -> list[Timepoint]:
    for where in (FROM_READS, FROM_SHEET):
        if found := _ordered(patient, said.get(where, ()), where):
            return found
    return []


def _ordered(patient: str, said: Sequence[SaidVisit], where: str) -> list[Timepoint]:
    """By date; else by day; else by number; else, of several, in no known order."""
    dates = sorted({v.acquired for v in said if v.acquired is not None})
    if dates:
        return [
            Timepoint(patient, n, f"{n:02d}", (day - dates[0]).days, day, where)
            for n, day in enumerate(dates, start=1)
        ]
    days = sorted({v.day for v in said if v.day is not None})
    if days:
        return [Timepoint(patient, n, f"{n:02d}", day, None, where) for n, day in enumerate(days, start=1)]
    names = list(dict.fromkeys(re.sub(r"[^A-Za-z0-9]", "", v.name) for v in said))
    names = [name for name in names if name]
    if all(name.isdigit() for name in names):
        names, source = sorted(names, key=int), where
    else:
        source = where if len(names) == 1 else UNORDERED
    return [Timepoint(patient, n, name, None, None, source) for n, name in enumerate(names, start=1)]


def _told(said: Mapping[str, object], points: Sequence[Timepoint]) -> Iterable[Notice]:
    yield Notice(
        Code.NO_IMAGES,
        f"no image was given: {len(said)} patients and {len(points)} visits are those that the sheets name; "
        "days count from the first of them.",
    )
    undated = {point.patient_id for point in points if point.day is None}
    without = set(said) - {point.patient_id for point in points}
    if undated:
        yield Notice(
            Code.DATE_MISSING, f"{len(undated)} patients have visits without a date or day: {_some(undated)}."
        )
    if without:
        yield Notice(Code.DATE_MISSING, f"{len(without)} patients have no visit: {_some(without)}.")


def _in_one_only(
    people: Sequence[People], reads: Sequence[ManualReads], said: Mapping[str, object]
) -> Iterable[Notice]:
    """Patients with rows and no reads, or reads and no rows: patients all the same, as nothing says which is wrong."""
    in_sheets = _known({patient for one in people for patient in one.visits}, said)
    in_reads = _known(
        {d.reading.patient_id for file in reads for d in file.drawings if d.reading.patient_id}, said
    )
    if not in_sheets or not in_reads:
        return
    for lone, where, other, lacks in (
        (in_sheets - in_reads, "a clinical sheet", "manual reads", "sizes"),
        (in_reads - in_sheets, "manual reads", "clinical sheet", "outcomes"),
    ):
        if lone:
            count = "1 patient is" if len(lone) == 1 else f"{len(lone)} patients are"
            yield Notice(
                Code.ROW_UNMATCHED,
                f"{count} in {where} and in no {other} ({_some(lone)}): of the cohort all the same, without {lacks}. "
                "Whoever is none of it, or is spelled in two ways, is to be mended in the sheet.",
            )


def _known(names: Iterable[str], said: Mapping[str, object]) -> set[str]:
    """Ids as the cohort spells them."""
    matches = match_ids(sorted(names), said)
    return {match.patient_id or name for name, match in matches.items()}


def _some(names: Iterable[str]) -> str:
    every = sorted(names)
    return ", ".join(every[:3]) + (" ..." if len(every) > 3 else "")
