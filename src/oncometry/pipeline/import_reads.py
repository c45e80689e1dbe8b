"""Manual reads into the store, against the patients, visits and lesions that are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from oncometry.core import PROGRAM, Code, Notice, Timepoint
from oncometry.io.clinical.patients import IdMatch, match_ids
from oncometry.io.clinical.result import RowStatus
from oncometry.io.isolation import isolated
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.io.manual_reads import ManualReads, ReadForm, read_cdisc_reads, read_manual_reads
from oncometry.pipeline.clinical import stored_timepoints
from oncometry.pipeline.known_reads import KnownReads, known_reads
from oncometry.pipeline.match_lesions import Ledger, ledger_of, match_lesion
from oncometry.pipeline.match_visits import VisitSaid, visit_of
from oncometry.pipeline.read_account import FileOutcome, ReadAccount, ReadsOutcome
from oncometry.pipeline.reads_asked import ReadsAsked, attributed, check_apart
from oncometry.pipeline.step import describe_step
from oncometry.store import Store
from oncometry.store.imported_reads import ImportedRead, ImportedReads
from oncometry.store.provenance import StepInput

__all__ = ["import_reads"]

_Held = Mapping[str, set[tuple[str, ...]]]
SHOWN = 3
"""Readings that a newer file lacks are named up to so many."""


@dataclass(frozen=True, eq=False)
class _Cohort:
    """What reads are matched with."""

    visits: Mapping[str, Sequence[Timepoint]]
    subjects: Mapping[str, str]
    ledger: Ledger
    known: KnownReads


def import_reads(
    files: Sequence[Path], cdisc: tuple[Path, Path] | None, store: Store, asked: ReadsAsked
) -> ReadsOutcome:
    """Read files and keep their reads; all are read before any is kept.

    Args:
        files: plain tables, SRs, markups, told by their content.
        cdisc: TU and TR.

    Raises:
        OncometryError: as the readers of each form; `SETTINGS`: nobody says who read, or whose markups they are.
    """
    read: list[ManualReads] = [isolated(read_manual_reads, path) for path in files]
    if cdisc is not None:
        read.append(isolated(read_cdisc_reads, *cdisc))
    cohort, before = _cohort(store), _held(store)
    own = [attributed(file, asked, cohort.visits, cohort.subjects, cohort.ledger.owners) for file in read]
    check_apart(own)
    outcomes, imported = [], []
    for file in own:
        accounts = _accounts(file, cohort, asked)
        outcomes.append(FileOutcome(file.name, file.form, accounts, file.rows, file.notices))
        imported.append(_imported(file, accounts, asked))
    added = sum(store.add_readings(each) for each in imported)
    after = _held(store)
    told = [replace(file, notices=(*file.notices, *_gone(file.name, before, after))) for file in outcomes]
    return ReadsOutcome(tuple(told), added)


def _held(store: Store) -> _Held:
    """Name of a file -> patient, reader, visit and lesion of each of its current readings."""
    table = store.table("readings")
    found: dict[str, set[tuple[str, ...]]] = {}
    for name, *place in table[["file", "patient_id", "reader", "visit", "lesion"]].itertuples(index=False):
        found.setdefault(name, set()).add(tuple(place))
    return found


def _gone(name: str, before: _Held, after: _Held) -> list[Notice]:
    """What an earlier file of this name held and the newer one, which took its place, does not."""
    gone = sorted(before.get(name, set()) - after.get(name, set()))
    if not gone:
        return []
    some = ", ".join(" ".join(place) for place in gone[:SHOWN]) + (" ..." if len(gone) > SHOWN else "")
    what = (
        f"it took the place of an earlier file of this name, {len(gone)} of whose readings it does not have and which "
        f"do not count any more: {some}. Where both are to count, import the earlier one under another name."
    )
    return [Notice(Code.ROW_EXCLUDED, what, name)]


def _cohort(store: Store) -> _Cohort:
    patients = store.table("patients")
    visits: dict[str, list[Timepoint]] = {str(patient): [] for patient in patients["patient_id"]}
    for visit in stored_timepoints(store):
        visits[visit.patient_id].append(visit)
    named = patients.dropna(subset=["subject"])
    subjects = dict(zip(named["subject"], named["patient_id"], strict=True))
    return _Cohort(visits, subjects, ledger_of(store), known_reads(store))


def _accounts(file: ManualReads, cohort: _Cohort, asked: ReadsAsked) -> tuple[ReadAccount, ...]:
    people = match_ids((drawing.reading.patient_id for drawing in file.drawings), cohort.visits)
    found = [
        _account(drawing, when, people[drawing.reading.patient_id], file.form, cohort, asked)
        for drawing, when in zip(file.drawings, file.dates, strict=True)
    ]
    apart = _told_apart(found)
    return tuple(cohort.known.checked(account, file.name) for account in apart)


def _account(
    drawing: LesionDrawing,
    when: date | None,
    person: IdMatch,
    form: ReadForm,
    cohort: _Cohort,
    asked: ReadsAsked,
) -> ReadAccount:
    reading = drawing.reading
    if reading.reader.casefold() == PROGRAM:
        detail = "it is of this program, no manual read"
        return ReadAccount(reading, RowStatus.EXCLUDED, False, code=Code.ROW_EXCLUDED, detail=detail)
    if person.patient_id is None:
        return ReadAccount(reading, RowStatus.UNMATCHED, False, code=Code.ROW_UNMATCHED, detail=person.detail)
    patient = person.patient_id
    visit, no_visit = visit_of(_said(drawing, when, form), cohort.visits[patient])
    number = None if visit is None else visit.number
    match = match_lesion(
        drawing, patient, number, cohort.ledger, reach_mm=asked.reach_mm, named=asked.names_are_ledger
    )
    own_visit = f"{no_visit}; kept as the reader's own" if no_visit else ""
    detail = "; ".join(part for part in (person.detail.rstrip("."), own_visit, match.reason) if part)
    conflict = match.code in (Code.ROW_CONFLICTING, Code.PATIENT_CONFLICT)
    return ReadAccount(
        reading=replace(reading, patient_id=patient),
        status=RowStatus.CONFLICTING
        if conflict
        else RowStatus.UNMATCHED
        if match.uid is None
        else RowStatus.MATCHED,
        kept=True,
        timepoint=number,
        lesion=None if match.uid is None else cohort.ledger.name_of(patient, match.uid),
        lesion_uid=match.uid,
        matched_by=match.by,
        code=match.code or (Code.ROW_UNMATCHED if no_visit else None),
        detail=detail,
    )


def _said(drawing: LesionDrawing, when: date | None, form: ReadForm) -> VisitSaid:
    """Days of CDISC count from a day of the study, those beside a date from the first date of the file: not used."""
    reading = drawing.reading
    day = reading.day if when is None and form is not ReadForm.CDISC else None
    return VisitSaid("" if reading.timepoint == str(day) else reading.timepoint, when, day)


def _told_apart(accounts: Sequence[ReadAccount]) -> list[ReadAccount]:
    """Two lesions of a reader that were taken for one of the ledger at one visit: neither is."""
    taken = Counter(_taken(account) for account in accounts if account.lesion_uid is not None)
    return [
        replace(
            account,
            status=RowStatus.CONFLICTING,
            lesion=None,
            lesion_uid=None,
            matched_by=None,
            code=Code.ROW_CONFLICTING,
            detail=f"another reading of the file is taken for {account.lesion} too",
        )
        if account.lesion_uid is not None and taken[_taken(account)] > 1
        else account
        for account in accounts
    ]


def _taken(account: ReadAccount) -> tuple[object, ...]:
    reading = account.reading
    visit = reading.timepoint if account.timepoint is None else account.timepoint
    return reading.patient_id, reading.reader, visit, account.lesion_uid, reading.compartment


def _imported(file: ManualReads, accounts: Sequence[ReadAccount], asked: ReadsAsked) -> ImportedReads:
    inputs = tuple(StepInput("file", sha256, "reads") for sha256 in file.hashes)
    reads = tuple(
        ImportedRead(account.reading, account.timepoint, account.lesion_uid, account.matched_by)
        for account in accounts
        if account.kept
    )
    step = describe_step("reads", "cohort", {"form": file.form, **asdict(asked)}, inputs)
    return ImportedReads(file.name, file.sha256, file.form, reads, step, file.notices)
