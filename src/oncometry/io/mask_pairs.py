"""Masks of two folders paired by whose they are: BraTS, nnU-Net and BIDS names alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.io.names import MASK_WORDS, stem_of
from oncometry.io.walk import walk

__all__ = ["MaskPair", "PairedMasks", "case_of", "pair_masks"]

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".dcm")
BIDS_KEPT = ("sub", "ses")
BIDS_PART = re.compile(r"([a-zA-Z]+)-([a-zA-Z0-9]+)")
PROBABILITIES = re.compile(r"probseg|softmax|prob(s|abilities)?$", re.IGNORECASE)


@dataclass(frozen=True)
class MaskPair:
    """One case: its name, and the two files."""

    case: str
    predicted: Path
    truth: Path


@dataclass(frozen=True)
class PairedMasks:
    """Pairs in order of case, and the files that have no counterpart."""

    pairs: tuple[MaskPair, ...]
    unpaired: tuple[Path, ...] = ()


def case_of(name: str) -> str:
    """Which case a mask's file name tells: without its ending and the words that say mask.

    'BraTS-GLI-00001-000-seg.nii.gz' is 'BraTS-GLI-00001-000', 'sub-01_ses-2_space-T1c_dseg.nii.gz' is
    'sub-01_ses-2', 'case_07.nii.gz' is itself.
    """
    stem = stem_of(name)
    entities = dict(BIDS_PART.findall(stem)) if stem.lower().startswith("sub-") else {}
    if "sub" in entities:
        return "_".join(f"{key}-{entities[key]}" for key in BIDS_KEPT if key in entities)
    parts = re.split(r"([-_. ])", stem)
    while len(parts) > 2 and parts[-1].lower() in MASK_WORDS | {"pred", "prediction", "truth", "manual"}:
        parts = parts[:-2]
    return "".join(parts)


def pair_masks(predicted: Path, truth: Path) -> PairedMasks:
    """Two files are one case, whatever their names; of two folders those that tell the same case.

    Raises:
        NothingFoundError: `NOTHING_FOUND` for what is not there, or folders in which nothing pairs.
        SettingsError: `SETTINGS` for a file and a folder, or two files of one case in a folder.
    """
    for place in (predicted, truth):
        if not place.exists():
            raise NothingFoundError(
                Code.NOTHING_FOUND, "there is no such file or folder.", path=place, advice="Check the path."
            )
    if predicted.is_dir() != truth.is_dir():
        folder = predicted if predicted.is_dir() else truth
        raise SettingsError(
            Code.SETTINGS,
            f"{folder} is a folder, the other is a file.",
            advice="Give two files, or two folders.",
        )
    if not predicted.is_dir():
        return PairedMasks((MaskPair(case_of(truth.name), predicted, truth),))
    ours, theirs = _by_case(predicted), _by_case(truth)
    pairs = tuple(MaskPair(case, ours[case], theirs[case]) for case in sorted(ours.keys() & theirs.keys()))
    if not pairs:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"none of {len(ours)} masks has its like among the {len(theirs)} of {truth}.",
            path=predicted,
            advice="Names must tell the same case: sub-01_dseg.nii.gz, case_01.nii.gz, BraTS-GLI-00001-000-seg.nii.gz.",
        )
    alone = [
        found[case]
        for found in (ours, theirs)
        for case in sorted(ours.keys() ^ theirs.keys())
        if case in found
    ]
    return PairedMasks(pairs, tuple(alone))


def _by_case(folder: Path) -> Mapping[str, Path]:
    found: dict[str, list[Path]] = defaultdict(list)
    for path in _masks(f.path for f in walk([folder]) if f.readable):
        found[case_of(path.name)].append(path)
    for case, paths in found.items():
        if len(paths) > 1:
            raise SettingsError(
                Code.SETTINGS,
                f"{folder} holds {len(paths)} masks of case {case}: {', '.join(p.name for p in paths[:3])}.",
                advice="Leave one mask a case.",
            )
    return {case: paths[0] for case, paths in found.items()}


def _masks(paths: Iterable[Path]) -> list[Path]:
    """Those that may be masks; where a folder names some of its files as masks, these alone, and no probabilities."""
    files = [
        p for p in paths if p.name.lower().endswith(ENDINGS) and not PROBABILITIES.search(stem_of(p.name))
    ]
    named = [p for p in files if _says_mask(p)]
    return named or files


def _says_mask(path: Path) -> bool:
    return re.split(r"[-_. ]", stem_of(path.name).lower())[-1] in MASK_WORDS
