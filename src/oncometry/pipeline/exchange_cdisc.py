"""What the readers of a cohort saw, and what response is called of it, as CDISC's TU, TR and RS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oncometry.core import PROGRAM, Code, LesionReading, Notice, Quantity
from oncometry.io.lesions import CdiscStudy, ReportedResponse, write_cdisc
from oncometry.pipeline.clinical import stored_timepoints
from oncometry.pipeline.respond import known_criteria, read_timelines
from oncometry.pipeline.stored_rows import plain_rows
from oncometry.response import Scope, Timeline, criterion_named
from oncometry.store import Store

__all__ = ["ExchangedTables", "exchange_cdisc"]

TESTS: Mapping[str, str] = {
    Scope.OVERALL: "OVRLRESP",
    Scope.TARGET: "TRGRESP",
    Scope.NON_TARGET: "NTRGRESP",
    Scope.NEW: "NEWLIND",
    Scope.BEST_OVERALL: "BESTRESP",
}
Visit = tuple[str, str, str]
"""Patient, reader, label."""


@dataclass(frozen=True)
class ExchangedTables:
    """The files written, who is left out, and what the tables have no place for."""

    files: tuple[Path, ...] = ()
    left_out: tuple[Notice, ...] = ()
    losses: tuple[Notice, ...] = ()


def exchange_cdisc(store: Store, output: Path) -> ExchangedTables:
    """Write tu.csv, tr.csv and rs.csv for each criterion that response was called by, in a folder of its name.

    Each holds the lesions that its criterion judges, in the roles that it gives them, as every reader read them; the
    program is the reader 'oncometry'. Which reader's visit counts is said by TUACPTFL, TRACPTFL and RSACPTFL.
    """
    criteria = known_criteria(store)
    if not criteria:
        what = "no response was called: the tables need it for the roles of lesions. Run `oncometry assess COHORT`."
        return ExchangedTables(left_out=(Notice(Code.NOTHING_FOUND, what),))
    visits = stored_timepoints(store)
    responses = plain_rows(store.table("responses"))
    first = {v.patient_id: v.acquired for v in visits if v.day == 0 and v.acquired is not None}
    study = CdiscStudy(store.cohort.resolve().name, first)
    files: list[Path] = []
    left_out: list[Notice] = []
    losses: list[Notice] = []
    for name in criteria:
        own = [row for row in responses if row["criteria"] == name]
        timelines, failures = read_timelines(store, name)
        numbers = {(v.patient_id, v.label): float(v.number) for v in visits if v.is_ordered}
        quantity = criterion_named(name).quantity
        readings = [r for t in timelines for r in _readings(t, quantity, numbers, _accepted(own))]
        reported = list(_reported(own, readings, criterion_named(name).ruleset.name))
        written, lost = write_cdisc(output / name, readings, reported, study)
        files += [output / name / file for file in written]
        left_out += [*failures, *_unjudged(own, timelines, name)]
        losses += [replace(notice, path=name) for notice in (*lost, *_lost(own, timelines))]
    return ExchangedTables(tuple(files), tuple(left_out), tuple(losses))


def _accepted(rows: Sequence[Mapping[str, Any]]) -> dict[Visit, bool | None]:
    return {
        (row["patient_id"], row["reader"], row["label"]): row["accepted"]
        for row in rows
        if row["scope"] == Scope.OVERALL
    }


def _readings(
    timeline: Timeline,
    quantity: Quantity,
    numbers: Mapping[tuple[str, str], float],
    accepted: Mapping[Visit, bool | None],
) -> Iterator[LesionReading]:
    """What was judged; visits have the cohort's numbers where it knows them all, else their place."""
    patient, reader = timeline.patient_id, timeline.reader or PROGRAM
    labels = [visit.label for visit in timeline.visits]
    known = all((patient, label) in numbers for label in labels)
    for lesion in timeline.lesions:
        for place, (label, reading) in enumerate(zip(labels, lesion.readings, strict=True), start=1):
            if reading is not None:
                yield replace(
                    _consistent(reading, quantity),
                    reader=reader,
                    role=lesion.role,
                    visit_number=numbers[patient, label] if known else float(place),
                    accepted=accepted.get((patient, reader, label)),
                )


def _consistent(reading: LesionReading, quantity: Quantity) -> LesionReading:
    """Of a sum of parts what the criterion sums, and the volume: summed diameters and products are not of one ellipse."""
    if not reading.reason.startswith(Code.SPLIT):
        return reading
    kept = {q: value for q, value in reading.values.items() if q in (quantity, Quantity.VOLUME_ML)}
    return replace(reading, values=kept)


def _reported(
    rows: Sequence[Mapping[str, Any]], readings: Sequence[LesionReading], criteria: str
) -> Iterator[ReportedResponse]:
    numbers = {(r.patient_id, r.reader, r.timepoint): r.visit_number for r in readings}
    for row in rows:
        if row["scope"] in TESTS:
            best = row["scope"] == Scope.BEST_OVERALL
            visit = "" if best else row["label"]
            yield ReportedResponse(
                patient_id=row["patient_id"],
                timepoint=visit,
                day=None if best else row["day"],
                reader=row["reader"],
                test=TESTS[row["scope"]],
                category=row["category"],
                criteria=criteria,
                accepted=row["accepted"],
                visit_number=numbers.get((row["patient_id"], row["reader"], visit)),
            )


def _unjudged(
    rows: Sequence[Mapping[str, Any]], timelines: Sequence[Timeline], criteria: str
) -> list[Notice]:
    """Readers whose reads came after the last call of response."""
    judged = {(row["patient_id"], row["reader"]) for row in rows}
    later = {(t.patient_id, t.reader or PROGRAM) for t in timelines} - judged
    return [
        Notice(
            Code.VALUE_MISSING,
            f"patient {patient}, {criteria}: no response is called of what {reader} read; run `oncometry assess`.",
        )
        for patient, reader in sorted(later)
    ]


def _lost(rows: Sequence[Mapping[str, Any]], timelines: Sequence[Timeline]) -> list[Notice]:
    """What of the responses and of the patients beside them there is no place for, each kind counted."""
    lost: Counter[str] = Counter()
    for row in rows:
        lost["what the scans alone say"] += row["scope"] not in TESTS
        lost["sums, changes, explanations and probabilities of responses"] += row["scope"] in TESTS
    lost["steroids, clinical state and radiotherapy, which the criterion asks for"] = sum(
        visit.clinical != type(visit.clinical)() for timeline in timelines for visit in timeline.visits
    )
    lost["how lesions split and merged: parts are summed in what the criterion sums"] = sum(
        reading is not None and reading.reason.startswith((Code.SPLIT, Code.MERGED))
        for timeline in timelines
        for lesion in timeline.lesions
        for reading in lesion.readings
    )
    return [
        Notice(Code.VALUE_MISSING, f"CDISC has no place for {kind} ({count} rows).")
        for kind, count in lost.items()
        if count
    ]
