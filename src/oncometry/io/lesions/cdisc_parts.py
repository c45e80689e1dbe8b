"""Lesions that split or merged in CDISC's tables: by TUSPLIT and TUMERGE, else by their names (T04a, T04.1 of T04)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from oncometry.core import Code, LesionRole, Notice
from oncometry.io.lesions.draft import Draft
from oncometry.io.lesions.named_rows import NamedRow

__all__ = ["MERGED", "SPLIT", "other_lesion", "take_parts_by_name"]

SPLIT, MERGED = "TUSPLIT", "TUMERGE"
PART = re.compile(r"(?P<whole>.*\d)(?:[a-zA-Z]|[._-]\d+)")
"""A lesion's number with a letter, or with a number after a point, dash or underscore."""


def other_lesion(row: NamedRow, lesions: Collection[str]) -> str | None:
    """The lesion that a TUSPLIT or TUMERGE row speaks of beside its own; None where it names none of `lesions`.

    TUGRPID groups split and merged tumors (SDTMIG 3.3, TU); some use TULNKGRP, which may as well link to a response.
    """
    lesion = row.text("TULNKID") or ""
    named = [row.text("TUGRPID"), row.text("TULNKGRP")]
    if row.text("TUTESTCD") == SPLIT:
        named.append(_whole(lesion))
    return next((name for name in named if name in lesions and name != lesion), None)


def take_parts_by_name(drafts: Iterable[Draft], path: str) -> list[Notice]:
    """Make parts of lesions that nothing but their names calls so, and say it.

    They must be read only where the lesion that they are named after is not: else they are lesions beside it, or it is
    their sum already.
    """
    found: dict[tuple[str, str], dict[str, list[Draft]]] = defaultdict(lambda: defaultdict(list))
    for draft in drafts:
        found[draft.patient_id, draft.reader][draft.lesion].append(draft)
    notices = []
    for (patient, reader), lesions in sorted(found.items()):
        for whole, names in sorted(_families(lesions).items()):
            parts = [draft for name in names for draft in lesions[name]]
            if {draft.timepoint for draft in parts} & {draft.timepoint for draft in lesions[whole]}:
                continue
            for draft in parts:
                draft.part_of = whole
            what = f"{', '.join(names)} are taken as parts of {whole}, by their names (patient {patient!r}, reader {reader!r})."
            notices.append(Notice(Code.SPLIT, what, path))
    return notices


def _families(lesions: dict[str, list[Draft]]) -> dict[str, list[str]]:
    """Lesion -> names of those that may be its parts, of the same role, without one that something else places."""
    families: dict[str, list[str]] = defaultdict(list)
    for name, drafts in sorted(lesions.items()):
        whole = _whole(name)
        if whole not in lesions or any(draft.part_of or draft.merged_into for draft in drafts):
            continue
        roles = {draft.role for draft in (*drafts, *lesions[whole])} - {None}
        if len(roles) <= 1 and LesionRole.NEW not in roles:
            families[whole].append(name)
    return families


def _whole(name: str) -> str:
    found = PART.fullmatch(name)
    return "" if found is None else found["whole"]
