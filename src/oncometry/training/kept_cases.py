"""Patients' images and masks prepared once, as inference prepares them, and kept for all steps of a training."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oncometry.core import (
    Code,
    Contrast,
    Image,
    LabelError,
    NothingFoundError,
    OncometryError,
    Segmentation,
)
from oncometry.io import read_mask_file, read_volume, sha256_of, write_bytes
from oncometry.io.case_layouts import CaseFiles, FoundCases
from oncometry.io.label_hints import DATASET_FILE
from oncometry.io.labelmap import names_beside
from oncometry.pipeline import Reporter, counter
from oncometry.preprocessing import orient
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.prepare import Prepared, prepare
from oncometry.segmentation.segmenter import Segmenter
from oncometry.segmentation.working_grid import sampled
from oncometry.synthesis.training.case import case_of, case_to
from oncometry.training.lesson import Plan
from oncometry.training.regions import region_masks

__all__ = ["KeptCase", "KeptCases", "MaskLabels", "keep_cases", "read_images", "read_truth"]

VERSION = 2
"""Of how cases are prepared: others are prepared anew."""
KEY_LENGTH = 16
UNUSED = {"data", "license", "source", "citation", "measured"}
"""Of a card, on which no mask depends."""


@dataclass(frozen=True)
class MaskLabels:
    """What the masks' numbers mean.

    Attributes:
        scheme: by name; None where the data set names its labels.
        stated: by the user; else a mask that does not go with it is a reason to ask, not to leave a case out.
    """

    scheme: str | None
    stated: bool


@dataclass(frozen=True)
class KeptCase:
    """A case and the file that training reads."""

    files: CaseFiles
    path: Path


@dataclass(frozen=True)
class KeptCases:
    """Cases in order of their names; those left out, and why."""

    cases: tuple[KeptCase, ...]
    left_out: dict[str, str]


def keep_cases(
    found: FoundCases,
    plan: Plan,
    labels: MaskLabels,
    brain: Segmenter | None,
    folder: Path,
    reporter: Reporter,
) -> KeptCases:
    """Prepare cases one after the other; those that were are not again, while files and settings are the same.

    Args:
        brain: as inference will have it.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, none is left.
        LabelError: a mask does not go with a scheme that nobody stated.
    """
    scheme = labels.scheme
    kept, left_out = [], {name: str(error) for name, error in found.left_out}
    card, progress = _card(plan), counter(reporter)
    for number, files in enumerate(found.cases, 1):
        try:
            path = folder / f"{files.name}_{_key(files, plan, scheme, brain)}.npz"
            if not path.exists():
                write_bytes(path, _prepared(files, card, plan, scheme, brain))
            kept.append(KeptCase(files, path))
        except OncometryError as error:
            if error.code is Code.WRITE_FAILED or (error.code is Code.LABEL_UNKNOWN and not labels.stated):
                raise _asking(error) from error
            left_out[files.name] = str(error)
        progress("preparing cases", number, len(found.cases))
    for name, why in left_out.items():
        reporter.warn(f"{name} is left out: {why}")
    if not kept:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"none of {len(left_out)} cases can be learned from; the first: {next(iter(left_out.values()))}",
        )
    return KeptCases(tuple(kept), left_out)


def _asking(error: OncometryError) -> OncometryError:
    """With what to do where the scheme of masks was taken for granted."""
    if error.code is not Code.LABEL_UNKNOWN:
        return error
    advice = "State what the masks' numbers mean with data.scheme; `oncometry labels MASK` lists the schemes that fit."
    return LabelError(error.code, error.what, path=error.path, advice=advice)


def read_images(files: CaseFiles, inputs: tuple[Contrast, ...]) -> dict[Contrast, Image]:
    """The case's images of sequences that the network takes, each as what its name says."""
    return {
        contrast: replace(read_volume(path), contrast=contrast)
        for contrast, path in files.images.items()
        if contrast in inputs
    }


def read_truth(files: CaseFiles, images: Mapping[Contrast, Image], scheme: str | None) -> Segmentation:
    """The case's mask on the grid of its images.

    Raises:
        GeometryError, LabelError, CorruptInputError: as `read_mask_file`; `LABEL_UNKNOWN` where nothing says what a label means.
    """
    geometry = next(iter(images.values())).geometry
    truth = read_mask_file(files.mask, geometry, scheme)
    guessed = truth.scheme_source == "guessed"
    unnamed = [s.number for s in truth if guessed or (scheme is None and s.name == f"label {s.number}")]
    if unnamed:
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"nothing says what its labels {unnamed} mean.",
            path=files.mask,
            advice="State it with data.scheme, or name all labels in dataset.json.",
        )
    return truth


def _prepared(
    files: CaseFiles, card: NetworkCard, plan: Plan, scheme: str | None, brain: Segmenter | None
) -> bytes:
    images = read_images(files, plan.inputs)
    if not images:
        raise NothingFoundError(
            Code.NOTHING_FOUND, f"it has none of {', '.join(plan.inputs)}.", path=files.mask.parent
        )
    prepared = prepare(images, card, brain=brain)
    truth = read_truth(files, images, scheme)
    present = np.array([contrast in prepared.used for contrast in plan.inputs])
    levels = _levels(truth, plan, prepared)
    return case_to(case_of(prepared.images, prepared.brain, present, levels))


def _levels(truth: Segmentation, plan: Plan, prepared: Prepared) -> NDArray[np.uint8]:
    """(i, j, k) on the prepared grid, how many of the nested regions each voxel is in."""
    levels = np.zeros(prepared.geometry.shape, np.uint8)
    for mask in region_masks(truth, plan.regions):
        image = orient(Image(mask.astype(np.float32), truth.geometry), "LPS")
        levels += sampled(image, prepared.geometry) > 0.5
    return levels


def _card(plan: Plan) -> NetworkCard:
    """As far as preparing asks for it."""
    return NetworkCard(
        name="learning",
        version="0",
        task="tumor",
        inputs=plan.inputs,
        spacing_mm=(plan.spacing_mm,) * 3,
        scheme=plan.scheme,
        regions=plan.regions,
        data="",
        license="",
        sha256="0" * 64,
    )


def _key(files: CaseFiles, plan: Plan, scheme: str | None, brain: Segmenter | None) -> str:
    """Of what a prepared case depends on."""
    told = {
        "version": VERSION,
        "inputs": [str(contrast) for contrast in plan.inputs],
        "regions": [rule.name for rule in plan.regions],
        "spacing_mm": plan.spacing_mm,
        "scheme": scheme,
        "names": _names_sha256(files) if scheme is None else None,
        "brain": None if brain is None else brain.card.model_dump(mode="json", exclude=UNUSED),
        "images": {str(contrast): sha256_of(path) for contrast, path in files.images.items()},
        "mask": sha256_of(files.mask),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:KEY_LENGTH]


def _names_sha256(files: CaseFiles) -> str | None:
    """Of the file that names the labels: the mask's own table, or that of the data set."""
    named = names_beside(files.mask) or files.mask.parent.parent / DATASET_FILE
    return sha256_of(named) if named.is_file() else None
