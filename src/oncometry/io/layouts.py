"""Folder layouts, recognised by themselves: who, when and what a file is by its place and name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oncometry.io.names import GENERIC_FOLDERS, is_mask_name, session_in, stem_of, strip_words
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
MAX_CHANNELS_FILE = 1 << 22


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
    """

    patient_id: str
    session: str | None
    is_mask: bool | None
    channel: str
    layout: str
    evidence: str


def identify(found: Found) -> Identity:
    """The first layout that fits; plain folders always do."""
    stem = stem_of(found.parts[-1])
    readers: tuple[Callable[[Found, str], Identity | None], ...] = (_bids, _brats, _nnunet, _brats_old)
    for reader in readers:
        identity = reader(found, stem)
        if identity is not None:
            return identity
    return _plain(found, stem)


def _bids(_: Found, stem: str) -> Identity | None:
    match = BIDS.fullmatch(stem)
    if match is None:
        return None
    suffix, rest = match["suffix"], match["rest"]
    mask = suffix in BIDS_MASKS
    enhanced = " ce" if re.search(r"(?:^|_)ce-\w+", rest) else ""
    channel = "" if mask else f"{BIDS_NAMES.get(suffix, suffix)}{enhanced}"
    return Identity(match["sub"], match["ses"], mask, channel, "BIDS", f"BIDS suffix {suffix!r}")


def _brats(_: Found, stem: str) -> Identity | None:
    match = BRATS.fullmatch(stem)
    if match is None:
        return None
    what = match["what"].lower()
    mask = what == "seg"
    return Identity(
        match["case"], match["visit"], mask, "" if mask else what, "BraTS", f"BraTS suffix {what!r}"
    )


def _brats_old(found: Found, stem: str) -> Identity | None:
    match = BRATS_OLD.fullmatch(stem)
    if match is None:
        return None
    case, what = match["case"], match["what"].lower()
    if found.parts[-2] != case and not case.lower().startswith("brats"):
        return None
    mask = what == "seg"
    return Identity(case, None, mask, "" if mask else what, "BraTS 2017-2021", f"BraTS suffix {what!r}")


def _nnunet(found: Found, stem: str) -> Identity | None:
    folder = NNUNET_FOLDER.fullmatch(found.parts[-2])
    if folder is None:
        return None
    mask = folder.group(1).lower() != "images"
    numbered = None if mask else NNUNET.fullmatch(stem)
    names = _channel_names(str(found.path.parent.parent / "dataset.json"))
    channel = names.get(int(numbered["channel"]), "") if numbered else ""
    case = numbered["case"] if numbered else stem
    return Identity(case, None, mask, channel, "nnU-Net", f"in the folder {folder.group()!r}")


@lru_cache(maxsize=256)
def _channel_names(dataset_json: str) -> Mapping[int, str]:
    """Channel number -> name; empty where the file is absent or says nothing."""
    path = Path(dataset_json)
    if not path.is_file() or path.stat().st_size > MAX_CHANNELS_FILE:
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        names = content.get("channel_names") or content.get("modality") or {}
        return {int(number): str(name) for number, name in names.items()}
    except (ValueError, AttributeError):
        return {}


def _plain(found: Found, stem: str) -> Identity:
    """Patient: a TCGA barcode, else the first telling subfolder, else the stem, else the input's name."""
    folders = list(found.parts[1:-1])
    session = next((s for s in map(session_in, folders) if s), None)
    patient = next((f for f in folders if f.lower() not in GENERIC_FOLDERS and not _is_session(f)), "")
    session = session or session_in(stem)
    barcode = TCGA.search("/".join(found.parts))
    patient = barcode.group() if barcode else patient or strip_words(stem, session) or found.parts[0]
    by_name = is_mask_name(stem)
    in_folder = any(is_mask_name(folder) for folder in folders)
    mask = True if by_name or in_folder or found.from_masks else None
    where = "the name" if by_name else "the folder" if in_folder else "the masks given" if mask else ""
    return Identity(patient, session, mask, "", "plain", f"{where} says mask" if mask else "")


def _is_session(folder: str) -> bool:
    session = session_in(folder)
    return session is not None and len(folder) <= len(session) + 4
