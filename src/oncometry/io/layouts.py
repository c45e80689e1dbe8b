"""Folder layouts, recognised by themselves: who, when and what a file is by its place and name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from oncometry.io.label_hints import LabelHints, channel_names, hints_of
from oncometry.io.names import LUMIERE_WEEK, is_mask_name, session_date, stem_of
from oncometry.io.places import Places
from oncometry.io.walk import Found

__all__ = ["Identity", "identify"]

BIDS = re.compile(
    r"sub-(?P<sub>[A-Za-z0-9]+)(?:_ses-(?P<ses>[A-Za-z0-9]+))?_(?P<rest>.*?)(?P<suffix>[A-Za-z0-9]+)$"
)
BRATS = re.compile(r"(?P<case>BraTS-\w+-\d+)-(?P<visit>\d{3})-(?P<what>t1n|t1c|t2w|t2f|seg)$", re.IGNORECASE)
BRATS_OLD = re.compile(r"(?P<case>.+)_(?P<what>t1|t1ce|t2|flair|seg)$", re.IGNORECASE)
NNUNET = re.compile(r"(?P<case>.+)_(?P<channel>\d{4})$")
NNUNET_FOLDER = re.compile(r"(images|labels|inferred)(Tr|Ts|Val)\d*", re.IGNORECASE)
TCGA = re.compile(r"TCGA-[A-Z0-9]{2}-[A-Z0-9]{4}")
BIDS_MASKS = {"dseg", "mask", "probseg", "roi"}
BIDS_NAMES = {
    "T1w": "T1w",
    "T2w": "T2w",
    "FLAIR": "FLAIR",
    "pet": "PET",
    "ct": "CT",
    "PDw": "PD",
    "dwi": "DWI",
}
BIDS_IMAGES = {
    *BIDS_NAMES,
    "T2star",
    "T2starw",
    "ADC",
    "swi",
    "asl",
    "perf",
    "bold",
    "epi",
    "angio",
    "MRI",
    "m0scan",
}


@dataclass(frozen=True)
class Identity:
    """What place and name say about a file.

    Attributes:
        patient_id: never empty.
        session: the visit as named, None where none is.
        is_mask: True, False, or None where only the content can tell.
        channel: what the layout says it shows, '' where it does not.
        layout: 'BIDS', 'BraTS', 'BraTS 2017-2021', 'nnU-Net' or 'plain'.
        evidence: why it is taken for a mask or an image.
        dataset_file: `dataset.json` of nnU-Net, where it lies in such a data set.
        hints: what the labels mean, if it is a mask.
    """

    patient_id: str
    session: str | None
    is_mask: bool | None
    channel: str
    layout: str
    evidence: str
    dataset_file: Path | None = None
    hints: LabelHints = field(default_factory=LabelHints)


Reader = Callable[[Found, str, Places], Identity | None]


def identify(found: Found, places: Places) -> Identity:
    """The first layout that fits; plain folders always do. What was given as masks is masks."""
    stem = stem_of(found.parts[-1])
    readers: tuple[Reader, ...] = (_bids, _brats, _nnunet, _brats_old)
    read = (reader(found, stem, places) for reader in readers)
    identity = next((i for i in read if i is not None), None) or _plain(found, stem, places)
    if found.from_masks:
        identity = replace(identity, is_mask=True, channel="", evidence="the masks given say mask")
    hints = hints_of(found.parts[:0:-1], identity.dataset_file)
    return replace(identity, hints=hints)


def _bids(_: Found, stem: str, __: Places) -> Identity | None:
    match = BIDS.fullmatch(stem)
    if match is None:
        return None
    suffix, rest = match["suffix"], match["rest"]
    mask = _bids_mask(rest, suffix)
    enhanced = " ce" if re.search(r"(?:^|_)ce-\w+", rest) else ""
    channel = "" if mask else f"{BIDS_NAMES.get(suffix, suffix)}{enhanced}"
    day = session_date(match["ses"])
    session = match["ses"] if day is None else day.isoformat()
    return Identity(match["sub"], session, mask, channel, "BIDS", f"BIDS suffix {suffix!r}")


def _bids_mask(rest: str, suffix: str) -> bool | None:
    """By suffix; of one that BIDS does not have, by the words of the name, else None."""
    if suffix in BIDS_MASKS:
        return True
    if suffix in BIDS_IMAGES:
        return False
    return True if is_mask_name(f"{rest}{suffix}") else None


def _brats(_: Found, stem: str, __: Places) -> Identity | None:
    match = BRATS.fullmatch(stem)
    if match is None:
        return None
    what = match["what"].lower()
    mask = what == "seg"
    return Identity(
        match["case"], match["visit"], mask, "" if mask else what, "BraTS", f"BraTS suffix {what!r}"
    )


def _brats_old(found: Found, stem: str, _: Places) -> Identity | None:
    match = BRATS_OLD.fullmatch(stem)
    if match is None:
        return None
    case, what = match["case"], match["what"].lower()
    if found.parts[-2] != case and not case.lower().startswith("brats"):
        return None
    mask = what == "seg"
    return Identity(case, None, mask, "" if mask else what, "BraTS 2017-2021", f"BraTS suffix {what!r}")


def _nnunet(found: Found, stem: str, places: Places) -> Identity | None:
    folder = NNUNET_FOLDER.fullmatch(found.parts[-2])
    if folder is None:
        return None
    mask = folder.group(1).lower() != "images"
    numbered = None if mask else NNUNET.fullmatch(stem)
    dataset = places.dataset_files.get(found.parts[:-2])
    channel = _channel(dataset, int(numbered["channel"])) if numbered else ""
    case = numbered["case"] if numbered else stem
    why = f"in the folder {folder.group()!r}"
    return Identity(case, None, mask, channel, "nnU-Net", why, dataset)


def _channel(dataset: Path | None, number: int) -> str:
    return channel_names(dataset).get(number, "") if dataset is not None else ""


def _plain(found: Found, stem: str, places: Places) -> Identity:
    """Patient: a TCGA barcode, else whom folders and names tell (`Places.who`)."""
    who = places.who(found)
    barcode = TCGA.search("/".join(found.parts))
    patient = barcode.group() if barcode else who.patient_id
    session, _, number = who.shown
    if number is not None:
        dataset = places.dataset_files.get(found.parts[:-1])
        channel, why = _channel(dataset, number), f"channel {number} of {stem!r}"
        return Identity(patient, session, False, channel, "nnU-Net", why, dataset)
    by_name = is_mask_name(stem)
    by_folder = any(is_mask_name(folder) for folder in found.parts[1:-1])
    where = "the name" if by_name else "the folder"
    mask = True if by_name or by_folder else None
    channel = "t1ce" if stem == "CT1" and LUMIERE_WEEK.fullmatch(session or "") else ""
    return Identity(patient, session, mask, channel, "plain", f"{where} says mask" if mask else "")
