"""Cases to learn from, as BraTS and nnU-Net lay them out: the images of one examination and its mask."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from oncometry.core import Code, Contrast, NothingFoundError, OncometryError, SettingsError
from oncometry.io.classify_text import contrast_in_text
from oncometry.io.label_hints import DATASET_FILE, channel_names
from oncometry.io.names import stem_of, volume_stem
from oncometry.io.sequence_files import sequence_files

__all__ = ["CaseFiles", "CaseLayout", "FoundCases", "find_cases"]

CaseLayout = Literal["brats", "nnunet"]

BRATS_VISIT = re.compile(r"(?P<patient>.+)-\d{3}")
"""'BraTS-GLI-00001-000' is a visit of 'BraTS-GLI-00001'."""
BRATS_MASK = re.compile(r".+[-_]seg", re.IGNORECASE)
NNUNET_IMAGE = re.compile(r"(?P<case>.+)_(?P<channel>\d{4})")


@dataclass(frozen=True)
class CaseFiles:
    """One examination with its mask.

    Attributes:
        name: of the case.
        patient: whose it is; several cases may be one patient's.
        images: sequence -> file.
        mask: label map.
    """

    name: str
    patient: str
    images: Mapping[Contrast, Path]
    mask: Path


@dataclass(frozen=True)
class FoundCases:
    """Cases in order of their names, and why others are none."""

    cases: tuple[CaseFiles, ...]
    left_out: tuple[tuple[str, OncometryError], ...] = ()


def find_cases(layout: CaseLayout, folder: Path, patient: str | None = None) -> FoundCases:
    """All cases of a folder.

    Args:
        layout: 'brats': a folder for each case, files ending in -t1n, -t1c, -t2w, -t2f, -seg (or _t1, _t1ce, _t2, _flair, _seg);
            'nnunet': imagesTr/CASE_0000.nii.gz, labelsTr/CASE.nii.gz, and dataset.json that names the channels.
        patient: regular expression that finds the patient in a case's name: its first group, or all of it. By default the
            name without BraTS' number of the visit; of nnU-Net the whole name.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, no such folder, or no case in it.
        SettingsError: `SETTINGS`, a name without patient, or a channel whose name tells no sequence.
    """
    if not folder.is_dir():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such folder of cases.", path=folder)
    whose = _whose(layout, patient)
    found = _brats(folder, whose) if layout == "brats" else _nnunet(folder, whose)
    if not found.cases and not found.left_out:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "there is no case in it.",
            path=folder,
            advice="data.folder holds a folder for each case (brats), or imagesTr, labelsTr and dataset.json (nnunet).",
        )
    return found


def _whose(layout: CaseLayout, pattern: str | None) -> Callable[[str], str]:
    """Name of a case -> patient."""
    told = re.compile(pattern) if pattern is not None else None

    def whose(case: str) -> str:
        if told is None:
            visit = BRATS_VISIT.fullmatch(case) if layout == "brats" else None
            return visit["patient"] if visit else case
        match = told.search(case)
        person = (match[1] if told.groups else match[0]) if match else None
        if not person:
            raise SettingsError(
                Code.SETTINGS,
                f"data.patient: {told.pattern!r} finds no patient in the name of case {case}.",
                advice="Its first group is the patient: '(.+)_[0-9]+' takes a number at the end for the visit.",
            )
        return person

    return whose


def _brats(folder: Path, whose: Callable[[str], str]) -> FoundCases:
    cases, left_out = [], []
    for place in sorted(entry for entry in folder.iterdir() if entry.is_dir()):
        patient = whose(place.name)
        try:
            cases.append(CaseFiles(place.name, patient, sequence_files(place, ()), _brats_mask(place)))
        except OncometryError as error:
            left_out.append((place.name, error))
    return FoundCases(tuple(cases), tuple(left_out))


def _brats_mask(place: Path) -> Path:
    masks = [path for path in sorted(place.iterdir()) if _is_volume(path) and _says_mask(path)]
    if len(masks) != 1:
        there = ", ".join(path.name for path in masks) or "none"
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"a case has one mask whose name ends in -seg; there is {there}.",
            path=place,
        )
    return masks[0]


def _says_mask(path: Path) -> bool:
    return BRATS_MASK.fullmatch(stem_of(path.name)) is not None


def _is_volume(path: Path) -> bool:
    return volume_stem(path.name) is not None


def _nnunet(folder: Path, whose: Callable[[str], str]) -> FoundCases:
    channels = _channels(folder / DATASET_FILE)
    images: dict[str, dict[Contrast, Path]] = defaultdict(dict)
    for path in _volumes(folder / "imagesTr"):
        numbered = NNUNET_IMAGE.fullmatch(stem_of(path.name))
        if numbered is not None and int(numbered["channel"]) in channels:
            images[numbered["case"]][channels[int(numbered["channel"])]] = path
    masks = {stem_of(path.name): path for path in _volumes(folder / "labelsTr")}
    cases = [
        CaseFiles(name, whose(name), images[name], masks[name]) for name in sorted(images.keys() & masks)
    ]
    alone = [
        (name, NothingFoundError(Code.NOTHING_FOUND, f"it has no {'mask' if name in images else 'image'}."))
        for name in sorted(images.keys() ^ masks.keys())
    ]
    return FoundCases(tuple(cases), tuple(alone))


def _volumes(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if _is_volume(path)] if folder.is_dir() else []


def _channels(dataset_file: Path) -> dict[int, Contrast]:
    """Channel -> sequence."""
    if not dataset_file.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "an nnU-Net data set has a dataset.json, which names its channels and labels.",
            path=dataset_file,
        )
    claims = {
        number: (name, contrast_in_text([name])) for number, name in channel_names(dataset_file).items()
    }
    strange = [f"{number} {name!r}" for number, (name, claim) in claims.items() if claim is None]
    found = {number: claim.contrast for number, (_, claim) in claims.items() if claim is not None}
    if strange or not found or len(set(found.values())) < len(found):
        told = (
            f"channel {', '.join(strange)} names no sequence"
            if strange
            else "channels name no sequence, or one twice"
        )
        raise SettingsError(
            Code.SETTINGS,
            f"{told}.",
            path=dataset_file,
            advice='Name them so: "channel_names": {"0": "T1", "1": "T1c", "2": "T2", "3": "FLAIR"}.',
        )
    return found
