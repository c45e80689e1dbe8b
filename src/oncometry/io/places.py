"""How the files of an input lie: which folders are people, which are visits, which hold several people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from oncometry.core import Code, Notice
from oncometry.io.label_hints import DATASET_FILE
from oncometry.io.names import (
    is_mask_name,
    is_numbered,
    is_session,
    name_and_kind,
    session_in,
    stem_of,
    strip_session,
    strip_words,
    tells_person,
)
from oncometry.io.walk import Found

__all__ = ["Place", "Places", "Shown", "Who", "names_of_several"]

Place = tuple[str, ...]
CHANNEL = re.compile(r"(?P<case>.+)_(?P<channel>\d{4})$")
MOST_CHANNELS = 9


class Shown(NamedTuple):
    """What an image shows, and when, as far as names say.

    Attributes:
        session: the visit as named, None where none is.
        kind: the words that say what it shows.
        channel: the number behind the name of an nnU-Net case, None where it is none.
    """

    session: str | None
    kind: frozenset[str]
    channel: int | None

    @property
    def tells(self) -> bool:
        return bool(self.kind) or self.channel is not None


@dataclass(frozen=True)
class Who:
    """Whose a file is, and of which visit, by its place.

    Attributes:
        patient_id: never empty.
        name: what is left of the names below the patient's folder; two people often differ here alone.
        shown: what the words of those names say of the image.
    """

    patient_id: str
    name: str
    shown: Shown


class _Below(NamedTuple):
    """What the path below the patient's folder says."""

    session: str | None
    name: str
    kind: frozenset[str]


@dataclass(frozen=True)
class Places:
    """What all paths of an input together tell of a single one.

    Attributes:
        shared: name of a folder -> the folders that may be people above it, where there are several.
        only: folders that are the only one of a person's kind in the folder above.
        flat: folders that hold files of several people, told apart by file names.
        visits: patient -> sessions of the folders above the patient's own, where there are several.
        cases: (folder, case) whose files are numbered channels.
        dataset_files: folder -> the `dataset.json` in it.
    """

    shared: Mapping[str, frozenset[Place]]
    only: frozenset[Place]
    flat: frozenset[Place]
    visits: Mapping[str, frozenset[str]]
    cases: frozenset[tuple[Place, str]]
    dataset_files: Mapping[Place, Path] = field(default_factory=dict)

    @classmethod
    def of(cls, volumes: Iterable[Found], others: Iterable[Found] = ()) -> Places:
        """From the volumes of an input, and the files beside them."""
        every = list(volumes)
        described = {f.parts[:-1]: f.path for f in others if f.parts[-1] == DATASET_FILE}
        shared, only = _children(every)
        places = cls(shared, only, frozenset(), {}, _cases(every), described)
        places = replace(places, flat=places._flat(every))
        return replace(places, visits=places._visits(every))

    def who(self, found: Found) -> Who:
        """Patient: the deepest folder that may be a person, else the file's name, else the input's.

        A folder is no person that is named for a visit, a sequence, masks or a way of keeping, lies below
        a visit, or lies alone under each of several people ('brain'). Where the files of a folder tell people apart
        ('p1_t1', 'p2_t1'), their names do. The visit is looked for below the patient's folder, from the
        file upward; above it only where the same patient lies in several visits' folders.
        """
        stem, channel = self._case(found)
        person = self.person(found)
        folders = found.parts[:-1]
        inside = range(max(len(person), 1), len(folders))
        below = _below(tuple(folders[n] for n in inside if not _is_series(folders, n)), stem)
        if person and person not in self.flat:
            patient, own = self._named(person)
        else:
            patient, own = strip_words(stem, below.session) or below.name, None
        session = below.session or own
        if session is None and patient in self.visits:
            session = _session_above(person)
        return Who(patient or found.parts[0], below.name, Shown(session, below.kind, channel))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Folders of one name under several others, which were taken for different people."""
        return tuple(
            Notice(
                Code.PATIENT_CONFLICT,
                f"folders {name!r} lie in {', '.join(sorted('/'.join(p[1:]) for p in parents))}: "
                f"taken for {len(parents)} people. If it is one, put their files in one folder.",
            )
            for name, parents in sorted(self.shared.items())
            if not any((*parent, name) in self.only for parent in parents) or _has_digit(name)
        )

    def _case(self, found: Found) -> tuple[str, int | None]:
        stem = stem_of(found.parts[-1])
        match = CHANNEL.fullmatch(stem)
        if match is None or (found.parts[:-1], match["case"]) not in self.cases:
            return stem, None
        return match["case"], int(match["channel"])

    def person(self, found: Found) -> Place:
        """The folder of the patient, with all above it; () where no folder may be one."""
        folders = found.parts[:-1]
        telling = _telling(folders)
        while len(telling) > 1 and self._is_part(folders, telling):
            telling.pop()
        return folders[: telling[-1] + 1] if telling else ()

    def _is_part(self, folders: Place, telling: list[int]) -> bool:
        """Whether the deepest of these folders is a part of a person's rather than a person's own."""
        name = folders[telling[-1]]
        session = session_in(name)
        if session is not None:
            return not _named_before(name, session)
        alone = folders[: telling[-1] + 1] in self.only
        return alone and name in self.shared and not _has_digit(name)

    def _named(self, person: Place) -> tuple[str, str | None]:
        """Patient and visit that a folder is named for; one that stands under several is told apart."""
        name, parent = person[-1], _parent(person)
        if name in self.shared and parent:
            return "/".join((*filter(tells_person, parent[1:]), name)), None
        session = session_in(name)
        return strip_session(name, session), session

    def _flat(self, every: list[Found]) -> frozenset[Place]:
        """Folders of people in which two images of one kind and visit have two people's names.

        Names that differ in a number only ('p1', 'p2') are two people's; others only in a folder that
        holds all images of the input. Masks tell where there are no images.
        """
        images = [f for f in every if not _says_mask(f)] or every
        held = Counter(f.parts[: n + 1] for f in images for n in range(len(f.parts) - 1))
        named: dict[Place, dict[str, set[Shown]]] = defaultdict(lambda: defaultdict(set))
        for found in images:
            person = self.person(found)
            if person:
                who = self.who(found)
                named[person][who.name].add(who.shown)
        return frozenset(
            person
            for person, names in named.items()
            if names_of_several(names, any_name=held[person] == held[person[:1]])
        )

    def _visits(self, every: list[Found]) -> Mapping[str, frozenset[str]]:
        above: dict[str, set[str]] = defaultdict(set)
        for found in every:
            session = _session_above(self.person(found))
            if session is not None:
                above[self.who(found).patient_id].add(session)
        return {patient: frozenset(found) for patient, found in above.items() if len(found) > 1}


def _telling(folders: Place) -> list[int]:
    """Where folders stand that may be people: above the deepest visit if there are such, else anywhere."""
    inside = range(1, len(folders))
    telling = [n for n in inside if tells_person(folders[n]) and not _is_series(folders, n)]
    visits = [n for n in inside if is_session(folders[n])]
    above = [n for n in telling if visits and n < visits[-1]]
    return above or telling or [n for n in inside if is_numbered(folders[n])][-1:]


def _is_series(folders: Place, n: int) -> bool:
    """Whether a folder is that of a series by number, as XNAT keeps them: 'S1/visit1/scans/3'."""
    below_scans = folders[n - 1].lower() == "scans" and folders[n][:1].isdigit()
    return below_scans and any(tells_person(f) or is_session(f) for f in folders[1 : n - 1])


def _parent(person: Place) -> Place:
    """The folder above that may be a person or a site, though no dated one; () where there is none."""
    above = [n for n in range(1, len(person) - 1) if tells_person(person[n]) and not session_in(person[n])]
    return person[: above[-1] + 1] if above else ()


def _children(every: list[Found]) -> tuple[Mapping[str, frozenset[Place]], frozenset[Place]]:
    """Folders that may be people below others: by name, those above; and which are the only one there."""
    above: dict[str, set[Place]] = defaultdict(set)
    below: dict[Place, set[Place]] = defaultdict(set)
    for found in every:
        for n in _telling(found.parts[:-1]):
            child = found.parts[: n + 1]
            parent = _parent(child)
            if parent:
                above[child[-1]].add(parent)
                below[parent].add(child)
    shared = {name: frozenset(places) for name, places in above.items() if len(places) > 1}
    return shared, frozenset(child for children in below.values() if len(children) == 1 for child in children)


def names_of_several(names: Mapping[str, Collection[Shown]], *, any_name: bool) -> bool:
    """Whether names, with what is shown under each, are those of several people.

    Two names alike but for a number (any two names, if `any_name`) under which the same is shown, or under one
    of which several things are. Where no word says what is shown, no other image's may do so either.
    """
    silent = not any(shown.tells for every in names.values() for shown in every)
    alike: dict[str, list[set[Shown]]] = defaultdict(list)
    for name, every in names.items():
        shape = re.sub(r"\d+", "#", name)
        telling = {shown for shown in every if silent or shown.tells}
        if name and telling and (any_name or "#" in shape):
            alike["" if any_name else shape].append(telling)
    return any(
        len(group) > 1 and (sum(map(len, group)) > len(set().union(*group)) or max(map(len, group)) > 1)
        for group in alike.values()
    )


def _cases(every: list[Found]) -> frozenset[tuple[Place, str]]:
    """Cases with channels 0000, 0001 ... without a gap, or with 0000 alone where all files have it."""
    channels: dict[tuple[Place, str], set[int]] = defaultdict(set)
    plain: set[Place] = set()
    for found in every:
        match = CHANNEL.fullmatch(stem_of(found.parts[-1]))
        if match is None:
            if not _says_mask(found):
                plain.add(found.parts[:-1])
        else:
            channels[found.parts[:-1], match["case"]].add(int(match["channel"]))
    several = {key for key, numbers in channels.items() if _channels(numbers) and len(numbers) > 1}
    folders = {folder for folder, _ in several} | ({folder for folder, _ in channels} - plain)
    return frozenset(k for k, numbers in channels.items() if k[0] in folders and _channels(numbers))


def _channels(numbers: set[int]) -> bool:
    return len(numbers) <= MOST_CHANNELS and numbers == set(range(len(numbers)))


def _says_mask(found: Found) -> bool:
    return found.from_masks or any(map(is_mask_name, found.parts[1:]))


def _below(folders: Place, stem: str) -> _Below:
    """Session, name and kind of the path below a person; the deepest folder's session before the stem's."""
    session = next((s for s in map(session_in, reversed(folders)) if s), None) or session_in(stem)
    parts = [name_and_kind(text, session) for text in (*folders, stem) if not is_session(text)]
    names = [name for name, _ in parts if name]
    return _Below(session, "_".join(names), frozenset().union(*(kind for _, kind in parts)))


def _session_above(person: Place) -> str | None:
    """The deepest folder above a person's that is a visit's."""
    return next((session_in(f) for f in reversed(person[1:-1]) if is_session(f)), None)


def _has_digit(name: str) -> bool:
    return any(c.isdigit() for c in name)


def _named_before(folder: str, session: str) -> bool:
    """Whether a number stands before the session in a folder's name: 'p1_2020-01-01' is someone's."""
    counted = re.match(r"[A-Za-z]*[-_ ]?\d+", strip_session(folder, session))
    return counted is not None and folder.startswith(counted.group())
