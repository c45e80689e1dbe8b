"""What `oncometry lesions` prints: the ledger at a glance, and whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from oncometry.cli.output import tell, write_json, write_table
from oncometry.core import PROGRAM, Decision, DecisionKind, LesionStatus, undone
from oncometry.measurement import FOLLOWED
from oncometry.pipeline.lesion_ledger import LedgerLesion, LesionLedger, PatientLesions

__all__ = ["show_decisions", "show_kept", "show_ledger", "tell_pending"]

Row = Mapping[str, Any]
BY_RUN = "the next `oncometry run` of the scans applies it"
BY_ASSESS = "`oncometry assess COHORT` and the next `oncometry run` apply it"
COLUMNS = (
    "patient",
    "lesion",
    "visit",
    "day",
    "state",
    "diameter_mm",
    "volume_ml",
    "from",
    "roles",
    "decided",
)


def show_ledger(ledger: LesionLedger, *, json: bool) -> None:
    """A line a lesion and visit; what people decided behind it."""
    if json:
        lesions = [lesion.cells() for patient in ledger.patients for lesion in patient.lesions]
        waiting = [decision.value_id for patient in ledger.patients for decision in patient.waiting]
        pending = [decision.value_id for decision in ledger.pending]
        write_json({"lesions": lesions, "waiting": waiting, "pending": pending})
        return
    lines = [line for patient in ledger.patients for one in patient.lesions for line in _lines(patient, one)]
    write_table(COLUMNS, lines)
    for patient in ledger.patients:
        for decision in patient.waiting:
            tell(f"waiting: {_said(decision)}: its lesion is not in the ledger any more")
    tell_pending(ledger.pending)


def tell_pending(decisions: Sequence[Decision], say: Callable[[str], None] = tell) -> None:
    """Announce what people decided and nothing here shows yet."""
    for decision in decisions:
        lesions = " and ".join(lesion.name for lesion in decision.lesions)
        of = f" of {lesions}" if lesions else ""
        say(f"pending: {decision.patient_id}: {_said(decision)}{of}: {BY_RUN}")


def _lines(patient: PatientLesions, lesion: LedgerLesion) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for seen in lesion.observations:
        sizes = [
            row
            for row in lesion.wholes
            if (row["timepoint"], row["mask_key"]) == (seen["timepoint"], seen["mask_key"])
        ]
        size = sizes[0] if sizes else None
        whose = (patient.patient_id, lesion.name) if not found else ("", "")
        state = "no lesion" if lesion.row["excluded"] is not None else _state(seen)
        said = (_roles(lesion), _decided(lesion)) if not found else ("", "")
        numbers = (_number(size, "longest_diameter_mm"), _number(size, "volume_ml"))
        found.append((*whose, seen["timepoint"], seen["day"], state, *numbers, _origin(lesion, seen), *said))
    return found


def _state(seen: Row) -> str:
    """With its reason, and the image where it was measured."""
    status, reason = str(seen["status"]), str(seen["reason"] or "")
    if status == LesionStatus.MEASURED:
        contrast = seen["contrast"]
        return f"{status} on {contrast}" if contrast not in (None, "unknown") else status
    return f"{status}: {reason}" if reason and reason != status else status


def _number(size: Row | None, column: str) -> str:
    if size is None:
        return ""
    value = size[column]
    return "" if value is None else f"{value:.1f}" if column.endswith("mm") else f"{value:.2f}"


def _origin(lesion: LedgerLesion, seen: Row) -> str:
    """How it came from the visit before: 'overlap 0.83', 'split', 'new', 'decision'."""
    edges = [
        row
        for row in lesion.relations
        if row["later_timepoint"] == seen["timepoint"] and row["later_mask"] in (None, seen["mask_key"])
    ]
    texts = []
    for row in edges:
        by = (
            str(row["method"])
            if row["method"] in ("decision", "absence")
            else f"{row['method']} {row['score']:.2f}"
        )
        texts.append(by if row["relation"] == "same" else f"{row['relation']} ({by})")
    return ", ".join(dict.fromkeys(texts))


def _roles(lesion: LedgerLesion) -> str:
    """'target' where all agree; else 'recist-1.1 non-target (decided); R1: recist-1.1 target'."""
    if len({(row["role"], row["decided_by"] == "decision") for row in lesion.roles}) == 1:
        return _role(lesion.roles[0])
    said = []
    for row in lesion.roles:
        whose = "" if row["reader"] == PROGRAM else f"{row['reader']}: "
        said.append(f"{whose}{row['criteria']} {_role(row)}")
    return "; ".join(dict.fromkeys(said))


def _role(row: Row) -> str:
    return f"{row['role']} (decided)" if row["decided_by"] == "decision" else str(row["role"])


def _decided(lesion: LedgerLesion) -> str:
    return "; ".join(_said(decision) for decision in lesion.decisions)


def _said(decision: Decision) -> str:
    """'decision:3 exclude by Ada'."""
    return f"{decision.value_id} {_what(decision)} by {decision.reader}"


def _what(decision: Decision) -> str:
    words = [decision.kind, decision.role, decision.status, decision.state, decision.accepted_reader]
    if decision.value is not None:
        words += [decision.compartment, f"{decision.quantity} {decision.value:g}"]
    if decision.undoes is not None:
        words.append(f"decision:{decision.undoes}")
    if decision.criteria is not None:
        words.append(f"for {decision.criteria}")
    if decision.anchor is not None:
        words.append(f"{'from' if decision.kind is DecisionKind.SPLIT else 'at'} {decision.anchor}")
    return " ".join(str(word) for word in words if word is not None)


def show_decisions(ledger: LesionLedger, *, json: bool) -> None:
    """Every decision, and whether it holds."""
    gone = undone(ledger.decisions)
    waiting = {decision.number for patient in ledger.patients for decision in patient.waiting}
    pending = {decision.number for decision in ledger.pending}
    rows = [_decision_cells(d, gone, waiting, pending) for d in ledger.decisions]
    if json:
        write_json(rows)
        return
    columns = ("decision", "made", "by", "patient", "lesions", "what", "holds", "why")
    write_table(columns, [[row[name] for name in columns] for row in rows])


def _decision_cells(
    decision: Decision, gone: Collection[int], waiting: Collection[int], pending: Collection[int]
) -> dict[str, Any]:
    said = (("undone", gone), ("waiting", waiting), ("pending", pending))
    holds = next((word for word, numbers in said if decision.number in numbers), "yes")
    return {
        "decision": decision.value_id,
        "made": decision.made.isoformat(timespec="minutes"),
        "by": decision.reader,
        "patient": decision.patient_id,
        "lesions": ", ".join(lesion.name for lesion in decision.lesions),
        "tracking_uids": [lesion.tracking_uid for lesion in decision.lesions],
        "what": _what(decision),
        "holds": holds,
        "why": decision.why,
    }


def show_kept(kept: Sequence[Decision], known: set[int], *, json: bool) -> None:
    """What was decided, and what will apply it; `known`: numbers of decisions that were there before."""
    applied_by = BY_RUN if kept[0].kind in FOLLOWED else BY_ASSESS
    if kept[0].kind is DecisionKind.UNDO:
        applied_by = "the next `oncometry run` of the scans, or `oncometry assess COHORT`, takes it back"
    if json:
        write_json(
            {
                "decisions": [_decision_cells(d, (), (), ()) | {"new": d.number not in known} for d in kept],
                "applied_by": applied_by,
            }
        )
        return
    for decision in kept:
        was = "was decided already" if decision.number in known else "is kept"
        lesions = " and ".join(lesion.name for lesion in decision.lesions)
        tell(f"{_said(decision)}{f' of {lesions}' if lesions else ''} {was}; {applied_by}")
