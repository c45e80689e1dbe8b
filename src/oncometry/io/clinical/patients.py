"""Whose row it is: the sheet's patient ids against those of the images."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

__all__ = ["IdMatch", "match_ids"]


@dataclass(frozen=True)
class IdMatch:
    """The patient a sheet's id stands for (None: nobody), and what had to be assumed."""

    patient_id: str | None
    detail: str = ""


def match_ids(found: Iterable[str], known: Collection[str]) -> Mapping[str, IdMatch]:
    """Match each id of the sheet: exactly; else without regard to case; else to leading zeros too.

    A looser match counts only if one id of the sheet and one patient come together by it, and no
    other id names that patient exactly: '12' is not '0012' where the sheet has both.
    """
    ids = sorted(set(found))
    matches = {text: IdMatch(text) for text in ids if text in known}
    for how, key in (("letter case", str.casefold), ("letter case and leading zeros", _unpadded)):
        taken = {match.patient_id for match in matches.values()}
        patients, texts = defaultdict(list), defaultdict(list)
        for patient in known:
            patients[key(patient)].append(patient)
        for text in ids:
            if text not in matches:
                texts[key(text)].append(text)
        for spelling, group in texts.items():
            candidates = patients.get(spelling, [])
            if len(group) == 1 == len(candidates) and candidates[0] not in taken:
                detail = f"{group[0]!r} taken as patient {candidates[0]!r}: they differ only in {how}."
                matches[group[0]] = IdMatch(candidates[0], detail)
    loose = {_unpadded(patient) for patient in known}
    for text in ids:
        if text not in matches:
            near = (
                " An id that differs in case or leading zeros fits more than one way."
                if _unpadded(text) in loose
                else ""
            )
            matches[text] = IdMatch(None, f"no scan of a patient {text!r} was found.{near}")
    return matches


def _unpadded(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", text.casefold())
