"""Where the copy of a NIfTI or NRRD file goes, whose it is, and which words of its name stay.

Such a file says by its place and name whom and when it shows, and the copy has to say it too: as BIDS does, with the
pseudonym for the patient, the moved date for the visit, and of all other words only those of radiology.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from oncometry.core import Code, UnsupportedError
from oncometry.io.deidentify.claim import SCANS
from oncometry.io.deidentify.dates import shifted
from oncometry.io.deidentify.identifiers import Identifiers, own_words
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.settings import DeidentifySettings, ProfileOption
from oncometry.io.deidentify.subject import Subject, subject_of
from oncometry.io.deidentify.words import cleaned
from oncometry.io.label_hints import PREFIXES
from oncometry.io.layouts import BIDS_IMAGES, BIDS_MASKS, Identity, identify
from oncometry.io.look import Look
from oncometry.io.names import AFTER, BEFORE, session_date, stem_of
from oncometry.io.owners import Owners
from oncometry.io.places import Places
from oncometry.io.walk import Found

__all__ = ["Plan", "Seen", "plain_visit", "plans"]

_VISIT_WORDS = AFTER | BEFORE | {
    "d", "day", "m", "mo", "month", "op", "rt", "scan", "ses", "sess", "session", "surgery", "t", "time",
    "timepoint", "tp", "treatment", "tx", "v", "visit", "w", "week", "wk", "y", "year",
}  # fmt: skip
_WEEKS = frozenset({"w", "week", "wk"})
_PREFIX_FOLDERS = ("brats-ped-", "brats-gli-", "brats-met-", "brats2021_", "BRATS_000", "DeepBraTumIA")
"""A name for each of `PREFIXES` that says of labels what the name that came said."""


@dataclass(frozen=True)
class Seen:
    """A file that is no DICOM object: where it lay and what it is."""

    found: Found
    look: Look


@dataclass(frozen=True)
class Plan:
    """The copy of a volume.

    Attributes:
        place: below the output, without the ending.
        subject: whom it is of.
        labels: (value, name) of a mask, in words of radiology.
    """

    place: str
    subject: Subject
    labels: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class _Draft:
    seen: Seen
    identity: Identity
    patient_id: str
    is_mask: bool


def plans(
    volumes: Sequence[Seen],
    others: Sequence[Found],
    images: Mapping[str, frozenset[tuple[str, ...]]],
    people: Mapping[str, Identifiers],
    key: Key,
    settings: DeidentifySettings,
) -> dict[Path, Plan | UnsupportedError]:
    """A plan for each volume, or why it is left out: `NAME_UNSAFE`.

    Args:
        volumes: NIfTI and NRRD files.
        others: the JSON files beside them.
        images: patient -> folders in which DICOM files of theirs lie.
        people: patient -> what identifies them in those files.
    """
    places = Places.of([v.found for v in volumes], others)
    drafts = [_drafted(volume, identify(volume.found, places)) for volume in volumes]
    drafts = _owned(drafts, images)
    dates = ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES in settings.options
    return _planned(drafts, people, key, dates=dates)


def _drafted(seen: Seen, identity: Identity) -> _Draft:
    content = seen.look.content
    is_mask = identity.is_mask if identity.is_mask is not None else content is not None and content.is_mask
    return _Draft(seen, identity, identity.patient_id, is_mask)


def _owned(drafts: list[_Draft], images: Mapping[str, frozenset[tuple[str, ...]]]) -> list[_Draft]:
    """Masks whose names give no patient that has images, given to whom curation would give them."""
    below: dict[tuple[str, ...], set[str]] = defaultdict(set)
    homes = [(patient, folder) for patient, folders in images.items() for folder in folders]
    homes += [(d.patient_id, d.seen.found.parts[:-1]) for d in drafts if not d.is_mask]
    for patient, folder in homes:
        for depth in range(1, len(folder) + 1):
            below[folder[:depth]].add(patient)
    owners = Owners(frozenset(p for p, _ in homes), {f: frozenset(ids) for f, ids in below.items()})
    owned = []
    for draft in drafts:
        owner = owners.owner(draft.seen.found, draft.patient_id) if draft.is_mask else None
        owned.append(draft if owner is None else replace(draft, patient_id=owner.patient_id))
    return owned


def _planned(
    drafts: list[_Draft], people: Mapping[str, Identifiers], key: Key, *, dates: bool
) -> dict[Path, Plan | UnsupportedError]:
    planned: dict[Path, Plan | UnsupportedError] = {}
    named: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    visits: dict[Path, tuple[str, str]] = {}
    for draft in drafts:
        path = draft.seen.found.path
        try:
            visit = _visit(draft.identity.session, key.day_shift(draft.patient_id), dates=dates)
        except UnsupportedError as error:
            planned[path] = error
            continue
        visits[path] = (draft.patient_id, visit)
        named[visits[path]].add(draft.identity.session)
    for draft in drafts:
        path = draft.seen.found.path
        if path in planned:
            continue
        if len(named[visits[path]]) > 1:
            planned[path] = _unsafe("two visits of the patient have the same name without what may identify")
        else:
            identifiers = own_words(draft.patient_id) | people.get(draft.patient_id, Identifiers())
            planned[path] = _plan(draft, visits[path][1], subject_of(draft.patient_id, identifiers, key), key)
    return planned


def _plan(draft: _Draft, visit: str, subject: Subject, key: Key) -> Plan:
    pseudonym = subject.pseudonym
    session = f"ses-{visit}" if visit else "ses-unnamed"
    entities = [f"sub-{pseudonym}", *([session] if visit else []), *_words(draft, subject)]
    entities += [f"f{int(key.name(draft.seen.look.sha256), 16) % 10**7:07d}", _suffix(draft)]
    folders = [SCANS, pseudonym, session, *_prefix(draft.seen.found)]
    names = draft.identity.hints.names if draft.is_mask else ()
    labels = tuple((number, subject.descriptor(name) or "label") for number, name in names)
    return Plan("/".join([*folders, "_".join(entities)]), subject, labels)


def _visit(session: str | None, days: int, *, dates: bool) -> str:
    """A visit's name in letters and digits that tells order, time and nothing else; '' where there is none.

    Raises:
        UnsupportedError: `NAME_UNSAFE`.
    """
    if session is None:
        return ""
    if session_date(session) is not None:
        if not dates:
            raise _unsafe(
                "its visit is named by a date, which only retain-longitudinal-modified-dates can keep"
            )
        return shifted(session, days)
    if not plain_visit(session):
        raise _unsafe("the name of its visit may identify")
    return "".join(_separated(_parts(session)))


def _separated(parts: list[str]) -> Iterator[str]:
    for before, part in pairwise(["", *parts]):
        yield f"x{part}" if before.isdigit() and part.isdigit() else part


def plain_visit(session: str) -> bool:
    """Whether a visit's name is made of words for visits and at most two numbers of at most three digits.

    Three numbers may be a date or a phone. Two that stand together may be a day and a month, but after a week.
    """
    parts = _parts(session)
    numbers = [part for part in parts if part.isdigit()]
    if len(numbers) > 2 or any(len(n) > 3 for n in numbers) or set(parts) - _VISIT_WORDS - set(numbers):
        return False
    together = any(first.isdigit() and second.isdigit() for first, second in pairwise(parts))
    return not together or parts[0] in _WEEKS


def _parts(session: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|\d+", session.lower())


def _words(draft: _Draft, subject: Subject) -> list[str]:
    """Words of radiology in the channel and the name; without the patient's and the visit's own."""
    stem = stem_of(draft.seen.found.parts[-1])
    told = f"{draft.identity.session or ''} {draft.patient_id} {draft.identity.patient_id}"
    elsewhere = set(re.findall(r"[a-z0-9]+", told.lower()))
    words = [word for word in subject.descriptor(stem).split() if word.lower() not in elsewhere]
    if draft.identity.layout == "BIDS":
        return (["ce-gd"] if draft.identity.channel.endswith(" ce") else []) + words
    channel = cleaned(draft.identity.channel).split()
    return channel + [word for word in words if word not in channel]


def _suffix(draft: _Draft) -> str:
    """One that BIDS has, as far as it is known whether the file is a mask."""
    suffix = stem_of(draft.seen.found.parts[-1]).rsplit("_", 1)[-1]
    if draft.identity.layout == "BIDS" and suffix in BIDS_IMAGES | BIDS_MASKS:
        return suffix
    if draft.identity.is_mask is None:
        return "image"
    return "dseg" if draft.identity.is_mask else "MRI"


def _prefix(found: Found) -> list[str]:
    """A folder named as data sets are whose names say what their labels mean."""
    for part in found.parts[:0:-1]:
        for (pattern, _), folder in zip(PREFIXES, _PREFIX_FOLDERS, strict=True):
            if pattern.match(part):
                return [folder]
    return []


def _unsafe(why: str) -> UnsupportedError:
    return UnsupportedError(
        Code.NAME_UNSAFE, f"{why}.", advice="Rename it: 'visit-1', 'week-12', or a date that is moved."
    )
