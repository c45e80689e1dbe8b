"""CDISC SDTM: tumor identification (TU), results (TR) and responses (RS) to readings (SDTMIG 3.4, oncology domains)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Code, Compartment, LesionRole, LesionStatus, Notice, Quantity
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions.account import Account
from oncometry.io.lesions.cdisc_accepted import accept_elsewhere, take_accepted
from oncometry.io.lesions.cdisc_parts import MERGED, SPLIT, other_lesion, take_parts_by_name
from oncometry.io.lesions.cdisc_rows import date_of, reader_of, study_day, visit_of
from oncometry.io.lesions.draft import Draft
from oncometry.io.lesions.named_rows import NamedRow, NamedTable, read_named_rows
from oncometry.io.lesions.result import LesionTable, ReportedResponse
from oncometry.io.lesions.words import node_named, role_said, state_said, status_said, yes_or_no

__all__ = ["QUANTITIES", "read_cdisc"]

QUANTITIES: Mapping[str, Quantity] = {
    "LDIAM": Quantity.LONGEST_DIAMETER_MM,
    "DIAMETER": Quantity.LONGEST_DIAMETER_MM,
    "LPERP": Quantity.SHORT_AXIS_MM,
    "SAXIS": Quantity.SHORT_AXIS_MM,
    "PRODUCT": Quantity.PRODUCT_MM2,
    "VOLUME": Quantity.VOLUME_ML,
    "SULPEAK": Quantity.SUL_PEAK,
    "TLG": Quantity.TOTAL_LESION_GLYCOLYSIS_ML,
}
"""TRTESTCD that gives a number of one lesion. Sums are not read: they are made again."""
DIAMETER, STATE, NODE_STATE = "DIAMETER", "TUMSTATE", "LNSTATE"


@dataclass(frozen=True)
class _Identified:
    """What TU says of a lesion, for one reader or, with reader None, for any."""

    role: LesionRole | None
    organ: str | None
    part_of: str | None
    accepted: bool | None


_Known = Mapping[tuple[str, str, str | None], _Identified]


def read_cdisc(tu: Path, tr: Path, rs: Path | None = None) -> LesionTable:
    """Read TU and TR, and RS where it is given.

    Days count from a patient's first full date, else from study day 1 (--DY); a date that is not full (2014-02) gives
    none, and VISITNUM orders.

    Raises:
        CorruptInputError: `COLUMN_MISSING`, or a file that is no table.
        NothingFoundError, UnsupportedError: see `oncometry.io.sheet.read_sheet`.
    """
    account = Account()
    tables = [
        _table(tu, ["TULNKID"], ["TUSTRESC", "TUORRES"]),
        _table(tr, ["TRLNKID"], ["TRTESTCD"], ["TRSTRESC", "TRORRES", "TRSTRESN"]),
    ]
    if rs is not None:
        tables.append(_table(rs, ["RSTESTCD"], ["RSSTRESC", "RSORRES"]))
    for table, domain in zip(tables, ("TU", "TR", "RS"), strict=False):
        for row in table.rows:
            if patient := row.text("USUBJID"):
                account.dated(patient, date_of(row, domain))
    known = _identified(tables[0].rows, account)
    for row in sorted(tables[1].rows, key=lambda row: _test(row) == NODE_STATE):  # sizes come first
        _result(row, known, account)
    account.settle()
    responses = [made for row in (tables[2].rows if rs else ()) if (made := _response(row, account))]
    flags = {key: found.accepted for key, found in known.items()}
    accept_elsewhere(account.drafts.values(), responses, flags)
    _merged(tables[0].rows, known, account)
    _only_identified(tables[0].rows, known, account)
    notices: list[Notice] = [notice for table in tables for notice in table.notices]
    notices += take_parts_by_name(account.drafts.values(), str(tr))
    return LesionTable(
        account.readings(), account.rows(), {}, tuple(responses), tuple(notices), account.dates()
    )


def _table(path: Path, *needed: Sequence[str]) -> NamedTable:
    return read_named_rows(path, str.upper, [["USUBJID"], ["VISIT", "VISITNUM"], *needed])


def _identified(rows: Sequence[NamedRow], account: Account) -> _Known:
    """Patient, lesion and reader -> what TU says; a conflict of roles leaves none."""
    known: dict[tuple[str, str, str | None], _Identified] = {}
    names = _names(rows)
    for row in rows:
        patient, lesion = row.text("USUBJID"), row.text("TULNKID")
        if patient is None or lesion is None:
            account.answer(row, RowStatus.EXCLUDED, patient, Code.VALUE_MISSING, "no USUBJID or TULNKID")
            continue
        said = row.text("TUSTRESC", "TUORRES") or ""
        role, test = role_said(said), row.text("TUTESTCD")
        if test == MERGED:
            account.answer(row, RowStatus.MATCHED, patient)
            continue
        if role is None and test != SPLIT:
            detail = f"{said!r} is not target, non-target or new"
            account.answer(row, RowStatus.EXCLUDED, patient, Code.ROW_EXCLUDED, detail)
            continue
        parent = other_lesion(row, names[patient]) if test == SPLIT else None
        found = _Identified(role, row.text("TULOC"), parent, yes_or_no(row.text("TUACPTFL")))
        reader = reader_of(row, "TU")
        before = known.get((patient, lesion, reader))
        if before is not None and before.role is not role and role is not None:
            detail = f"{lesion!r} is {before.role} in another row of {reader!r}; that one is used"
            account.answer(row, RowStatus.CONFLICTING, patient, Code.ROW_CONFLICTING, detail)
            continue
        known[patient, lesion, reader] = found
        known.setdefault((patient, lesion, None), found)
        account.answer(row, RowStatus.MATCHED, patient)
        if test == SPLIT and parent is None:
            detail = "TUSPLIT needs in TUGRPID the lesion that this one has split from: taken as a lesion of its own"
            account.answer(row, RowStatus.CONFLICTING, patient, Code.VALUE_MISSING, detail)
    return known


def _names(rows: Sequence[NamedRow]) -> Mapping[str, set[str]]:
    """Patient -> lesions that TU names."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if (patient := row.text("USUBJID")) and (lesion := row.text("TULNKID")):
            names[patient].add(lesion)
    return names


def _result(row: NamedRow, known: _Known, account: Account) -> None:
    patient, lesion, visit = row.text("USUBJID"), row.text("TRLNKID"), visit_of(row)
    if patient is None or lesion is None or not visit:
        account.answer(row, RowStatus.EXCLUDED, patient, Code.VALUE_MISSING, "no USUBJID, TRLNKID or visit")
        return
    reader = reader_of(row, "TR")
    test = _test(row)
    if test not in (*QUANTITIES, STATE, NODE_STATE):
        account.answer(row, RowStatus.EXCLUDED, patient, Code.ROW_EXCLUDED, f"TRTESTCD {test} is not read")
        return
    account.answer(row, RowStatus.MATCHED, patient)
    key = (patient, visit, reader, lesion, Compartment.WHOLE)
    _describe(key, row, known, account)
    said, draft = row.text("TRSTRESC", "TRORRES"), account.draft(key)
    if test == NODE_STATE and (draft.values or draft.said is not None):
        return  # what the size says of a node, or why there is none, stands
    if row.cells.get("TRSTAT", "").upper() == "NOT DONE":  # `text` takes these words for no value
        draft.said = LesionStatus.NOT_EVALUABLE
        draft.reason = row.text("TRREASND") or "not done"
    elif test in (STATE, NODE_STATE):
        _state(key, said, row, account)
    else:
        by_axis = test == DIAMETER and draft.is_node  # the location tells which diameter it is
        _number(key, Quantity.SHORT_AXIS_MM if by_axis else QUANTITIES[test], said, row, account)


def _test(row: NamedRow) -> str:
    return (row.text("TRTESTCD") or "").upper()


def _describe(
    key: tuple[str, str, str, str, Compartment], row: NamedRow, known: _Known, account: Account
) -> None:
    patient, _, reader, lesion, _ = key
    draft = account.draft(key)
    found = known.get((patient, lesion, reader)) or known.get((patient, lesion, None))
    group = role_said(row.text("TRGRPID") or "")
    if found is not None:
        draft.role, draft.organ = found.role or group, found.organ
        draft.part_of = found.part_of
        draft.is_node = node_named(found.organ)
    else:
        draft.role = group
        account.answer(
            row, RowStatus.MATCHED, patient, Code.REFERENCE_MISSING, f"TU has no lesion {lesion!r}"
        )
    draft.when = draft.when or date_of(row, "TR")
    draft.day = study_day(row, "TR") if draft.when is None else None
    draft.visit_number = row.number_of("VISITNUM")
    take_accepted(draft, row, account)
    draft.sources.append(row.source)
    if draft.when is None and draft.day is None:
        detail = f"TRDTC {row.text('TRDTC')!r} is no full date"
        account.answer(row, RowStatus.MATCHED, patient, Code.DATE_MISSING, detail)


def _state(
    key: tuple[str, str, str, str, Compartment], said: str | None, row: NamedRow, account: Account
) -> None:
    draft = account.draft(key)
    state, status = state_said(said or ""), status_said(said or "")
    if state is not None:
        draft.state = state
    elif status is not None:
        draft.said, draft.reason = status, said or ""
    else:
        draft.said = LesionStatus.NOT_EVALUABLE
        draft.reason = f"{_test(row)} {said!r} is not a known state"
        account.answer(row, RowStatus.EXCLUDED, key[0], Code.ROW_EXCLUDED, draft.reason)


def _number(
    key: tuple[str, str, str, str, Compartment],
    quantity: Quantity,
    said: str | None,
    row: NamedRow,
    account: Account,
) -> None:
    draft = account.draft(key)
    if row.text("TRSTRESN") is None and (status := status_said(said or "")):
        draft.said, draft.reason = status, said or ""
        return
    collected = row.text("TRORRES") or ""
    if status_said(collected) is LesionStatus.TOO_SMALL:  # with the size that the sponsor lets it count
        draft.said, draft.reason = LesionStatus.TOO_SMALL, collected
    column = "TRSTRESC" if row.number_of("TRSTRESN") is None else "TRSTRESN"
    account.size(key, quantity, row, column, row.text("TRSTRESU") or "")


def _merged(rows: Sequence[NamedRow], known: _Known, account: Account) -> None:
    """A TUMERGE row says of its visit that the lesion is one with the lesion that TUGRPID names."""
    names = _names(rows)
    for row in rows:
        patient, lesion = row.text("USUBJID"), row.text("TULNKID")
        if row.text("TUTESTCD") != MERGED or patient is None or lesion is None:
            continue
        host = other_lesion(row, names[patient])
        if host is None or not visit_of(row):
            detail = "TUMERGE needs a visit, and in TUGRPID the lesion that it is one with"
            account.answer(row, RowStatus.CONFLICTING, patient, Code.VALUE_MISSING, detail)
            continue
        found = known.get((patient, lesion, reader_of(row, "TU")))
        _from_tu(row, patient, lesion, found, account).merged_into = host


def _only_identified(rows: Sequence[NamedRow], known: _Known, account: Account) -> None:
    """A new lesion that TU names and TR has no row of is there at the visit of its TU row."""
    measured = {(key[0], key[2], key[3]) for key in account.drafts}
    for row in rows:
        patient, lesion = row.text("USUBJID"), row.text("TULNKID")
        reader, visit = reader_of(row, "TU"), visit_of(row)
        if patient is None or lesion is None or (patient, reader, lesion) in measured:
            continue
        found = known.get((patient, lesion, reader))
        if found is None or row.text("TUTESTCD") == MERGED:
            continue
        if found.role is not LesionRole.NEW or not visit:
            account.answer(row, RowStatus.UNMATCHED, patient, Code.ROW_UNMATCHED, "TR has no result of it")
            continue
        _from_tu(row, patient, lesion, found, account)


def _from_tu(row: NamedRow, patient: str, lesion: str, found: _Identified | None, account: Account) -> Draft:
    """What a TU row says of its own visit."""
    draft = account.draft((patient, visit_of(row), reader_of(row, "TU"), lesion, Compartment.WHOLE))
    if found is not None:
        draft.role, draft.organ, draft.is_node = found.role, found.organ, node_named(found.organ)
    draft.when = draft.when or date_of(row, "TU")
    draft.day = study_day(row, "TU") if draft.when is None else None
    draft.visit_number, draft.accepted = row.number_of("VISITNUM"), yes_or_no(row.text("TUACPTFL"))
    draft.sources.append(row.source)
    return draft


def _response(row: NamedRow, account: Account) -> ReportedResponse | None:
    patient, visit = row.text("USUBJID"), visit_of(row)
    test, category = row.text("RSTESTCD"), row.text("RSSTRESC", "RSORRES")
    if patient is None or test is None or category is None:
        account.answer(row, RowStatus.EXCLUDED, patient, Code.VALUE_MISSING, "no USUBJID, test or result")
        return None
    account.answer(row, RowStatus.MATCHED, patient)
    when, first = date_of(row, "RS"), account.first_date(patient)
    return ReportedResponse(
        patient,
        visit,
        study_day(row, "RS") if when is None or first is None else (when - first).days,
        reader_of(row, "RS"),
        test,
        category,
        row.text("RSCAT") or "",
        yes_or_no(row.text("RSACPTFL")),
        row.number_of("VISITNUM"),
        row.source,
    )
