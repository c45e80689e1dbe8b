"""One measurement group of an SR to a reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from oncometry.core import Compartment, LesionStatus
from oncometry.core.reading import LesionReading, LesionRole, NonTargetState, Quantity
from oncometry.io.dicom_header import text_of
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.io.sr_concepts import (
    ANATOMY,
    BASELINE_CATEGORY,
    COMMENT,
    MERGED_INTO,
    OWN,
    PART_OF,
    ROLES,
    code_of,
)
from oncometry.io.sr_items import children, frame_of, named, number_of, texts
from oncometry.io.sr_sizes import Sizes, sizes_in
from oncometry.io.write_seg import TYPES

__all__ = ["ReportContext", "read_group"]

TRACKING_ID = Code("112039", "DCM", "Tracking Identifier")
TRACKING_UID = Code("112040", "DCM", "Tracking Unique Identifier")
FINDING = Code("121071", "DCM", "Finding")
CATEGORY = Code("276214006", "SCT", "Finding category")
SITE = Code("363698007", "SCT", "Finding Site")
TIME_POINT = Code("C2348792", "UMLS", "Time Point")
DAYS = Code("128740", "DCM", "Longitudinal Temporal Offset from Event")
SEGMENT = Code("121191", "DCM", "Referenced Segment")
LYMPH_NODE = codes.SCT.LymphNode
MOST_NAMED = 8
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class ReportContext:
    """What holds for all groups of a report; `timepoint` where a group names none."""

    path: Path
    patient_id: str
    timepoint: str
    reader: str


def read_group(group: Dataset, number: int, context: ReportContext) -> tuple[LesionDrawing | None, str]:
    """The lesion of a group, and in words what of it was not understood, '' where nothing was left.

    None where it measures no lesion: anatomy, or no size that a reading holds.
    """
    name = next(iter(texts(group, TRACKING_ID)), f"group {number}")
    category = [code_of(item.get("ConceptCodeSequence")) for item in named(group, CATEGORY)]
    if any(code in ANATOMY for code in category):
        return None, f"{name}: {category[0].meaning}, no lesion; left out."
    sizes = sizes_in(group)
    own = _own_answers(group)
    sizes.unread += _other_answers(group)
    status = _member(LesionStatus, own, "status") or LesionStatus.MEASURED
    state = _member(NonTargetState, own, "state")
    if status is LesionStatus.MEASURED and not sizes.values and state is None:
        told = f" ({_listed(sizes.unread)})" if sizes.unread else ""
        return None, f"{name}: no size that a reading holds{told}; left out."
    reading = _reading(group, name, number, context, sizes, own, status, state)
    drawing = LesionDrawing(
        reading,
        sizes.lines.get(Quantity.LONGEST_DIAMETER_MM),
        sizes.lines.get(Quantity.SHORT_AXIS_MM),
        sizes.diameter_3d,
        _segment(group),
        frame_of(group),
    )
    return drawing, f"{name}: not understood and left out: {_listed(sizes.unread)}." if sizes.unread else ""


def _reading(
    group: Dataset,
    name: str,
    number: int,
    context: ReportContext,
    sizes: Sizes,
    own: Mapping[str, Code],
    status: LesionStatus,
    state: NonTargetState | None,
) -> LesionReading:
    sites = [code_of(item.get("ConceptCodeSequence")) for item in named(group, SITE)]
    findings = [code_of(item.get("ConceptCodeSequence")) for item in named(group, FINDING)]
    days = [number_of(item) for item in named(group, DAYS)]
    comments = texts(group, COMMENT)
    return LesionReading(
        patient_id=context.patient_id,
        timepoint=next(iter(texts(group, TIME_POINT)), context.timepoint),
        day=next((int(day[0]) for day in days if day and day[1] == "d"), None),
        reader=context.reader,
        lesion=name,
        role=_role(group),
        status=status,
        values=sizes.values,
        standard_errors=sizes.errors,
        state=state,
        organ=sites[0].meaning if sites else None,
        is_node=_is_node(own, [*sites, *findings]),
        compartment=_member(Compartment, own, "compartment") or _compartment(findings),
        slice_thickness_mm=sizes.slice_thickness_mm,
        tracking_uid=next(iter(texts(group, TRACKING_UID)), None),
        accepted=_answer(own, "accepted"),
        reason=next(iter(comments), "" if status is LesionStatus.MEASURED else "the report gives none"),
        visit_number=sizes.visit_number,
        part_of=next(iter(texts(group, PART_OF)), None),
        merged_into=next(iter(texts(group, MERGED_INTO)), None),
        sources=(f"{context.path.name}: group {number}",),
    )


def _own_answers(group: Dataset) -> dict[str, Code]:
    """Concept of our own scheme -> its value."""
    found = {}
    for item in children(group):
        name = code_of(item.get("ConceptNameCodeSequence"))
        if name.scheme_designator == OWN and text_of(item, "ValueType") == "CODE":
            found[name.value] = code_of(item.get("ConceptCodeSequence"))
    return found


def _other_answers(group: Dataset) -> list[str]:
    """Qualitative evaluations that nothing here understands."""
    found = []
    for item in children(group):
        name = code_of(item.get("ConceptNameCodeSequence"))
        coded = text_of(item, "ValueType") == "CODE" and text_of(item, "RelationshipType") == "CONTAINS"
        if (
            coded
            and name.scheme_designator != OWN
            and name not in (FINDING, CATEGORY, SITE, BASELINE_CATEGORY)
        ):
            found.append(f"{name.meaning} {code_of(item.get('ConceptCodeSequence')).meaning!r}")
    return found


def _member(kind: type[E], own: Mapping[str, Code], name: str) -> E | None:
    """A word of ours; None where it is not said, or by a later version with more of them."""
    said = own[name].value if name in own else None
    return kind(said) if said in {member.value for member in kind} else None


def _answer(own: Mapping[str, Code], name: str) -> bool | None:
    return own[name] == codes.SCT.Yes if name in own else None


def _is_node(own: Mapping[str, Code], said: list[Code]) -> bool | None:
    """As stated; else whether finding or site is a lymph node, None where they are something else."""
    stated = _answer(own, "is_node")
    if stated is not None:
        return stated
    return True if any(c == LYMPH_NODE or "lymph node" in c.meaning.lower() for c in said) else None


def _role(group: Dataset) -> LesionRole | None:
    said = [code_of(item.get("ConceptCodeSequence")) for item in named(group, BASELINE_CATEGORY)]
    return next((role for role, code in ROLES.items() if code in said), None)


def _compartment(findings: list[Code]) -> Compartment:
    """The part that is found; the whole where the finding is no part of a tumor."""
    return next((part for part, code in TYPES.items() if code in findings), Compartment.WHOLE)


def _segment(group: Dataset) -> int | None:
    for item in named(group, SEGMENT):
        for reference in item.get("ReferencedSOPSequence") or []:
            number = text_of(reference, "ReferencedSegmentNumber")
            return int(number) if number else None
    return None


def _listed(names: list[str]) -> str:
    once = list(dict.fromkeys(names))
    return ", ".join(once[:MOST_NAMED]) + (
        f" and {len(once) - MOST_NAMED} more" if len(once) > MOST_NAMED else ""
    )
