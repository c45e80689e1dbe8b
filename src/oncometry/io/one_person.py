"""Images that were taken for one person's, though their names or folders might be two people's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from oncometry.core import Code, Notice
from oncometry.io.places import Place, Places, Shown, names_of_several
from oncometry.io.walk import Found

__all__ = ["one_person"]


def one_person(images: Iterable[tuple[str, Found]], places: Places) -> tuple[Notice, ...]:
    """One `PATIENT_CONFLICT` notice a patient whose images may be those of several.

    Two of one kind and visit have other names or folders, one name occurs in several folders of several
    people, or several things are shown under several names.

    Args:
        images: (patient, file) outside DICOM.
    """
    owned: dict[str, dict[str, list[tuple[Shown, Found]]]] = defaultdict(lambda: defaultdict(list))
    for patient, found in images:
        who = places.who(found)
        if who.patient_id == patient:  # else a standard's own name said whose it is
            owned[patient][who.name].append((who.shown, found))
    return tuple(
        Notice(
            Code.PATIENT_CONFLICT,
            f"patient {patient!r}: {_shown(names)} were taken for one person's. If they are several people's, "
            "put the files of each in a folder of their own.",
        )
        for patient, names in sorted(owned.items())
        if _in_doubt(names, places)
    )


def _in_doubt(names: Mapping[str, list[tuple[Shown, Found]]], places: Places) -> bool:
    told = {name: {shown for shown, _ in files} for name, files in names.items()}
    at: dict[Shown, set[tuple[str, Place]]] = defaultdict(set)
    for name, files in names.items():
        for shown, found in files:
            at[shown].add((name, found.parts[:-1]))
    flat = {places.person(found) for files in names.values() for _, found in files} & places.flat
    twice = any(len(there) > 1 for there in at.values())
    return twice or len(flat) > 1 or names_of_several(told, any_name=True)


def _shown(names: Mapping[str, list[tuple[Shown, Found]]]) -> str:
    files = sorted(found.shown for files in names.values() for _, found in files)
    return ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
