"""A network trained, without a cohort: what `oncometry train` does.

Here synthesis and segmentation meet: the one draws examples, the other learns from them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from oncometry.core import Code, CorruptInputError, LabelError, NothingFoundError, SettingsError
from oncometry.core.geometry import equal_spacing
from oncometry.io import read_volume, write_text
from oncometry.pipeline import Reporter, counter
from oncometry.preprocessing.orient import orient
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.training.curves import write_curves
from oncometry.segmentation.training.learn import learn
from oncometry.segmentation.training.state import CheckRow
from oncometry.segmentation.weights import read_network, write_network
from oncometry.synthesis.training.classes import HeadMap, classes_of
from oncometry.synthesis.training.source import HeadSource, grow_pool
from oncometry.training_settings import HeadsData, TrainingSettings

__all__ = ["TrainRequest", "Trained", "train"]

SUFFIXES = (".nii.gz", ".nii", ".nrrd")
ONE_MM = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class TrainRequest:
    """What `oncometry train` was asked."""

    settings: TrainingSettings
    output: Path


@dataclass(frozen=True)
class Trained:
    """Where a training stands, and the network it left."""

    card: NetworkCard
    step: int
    steps: int
    dice: dict[str, float | None]
    weights: Path

    def to_json(self) -> dict[str, Any]:
        """Plain values, paths as text."""
        return {
            "network": self.card.name,
            "sha256": self.card.sha256,
            "weights": str(self.weights),
            "step": self.step,
            "steps": self.steps,
            "finished": self.step >= self.steps,
            "dice_on_held_out_patches": self.dice,
        }


def train(request: TrainRequest, reporter: Reporter) -> Trained:
    """Train a network, or go on where an earlier call in the same folder stopped.

    Leaves NAME.safetensors and NAME.json (the card), curves.png, history.csv, settings.yaml, and what a training needs
    to go on.

    Raises:
        UnsupportedError: `DEVICE_MISSING`.
        NothingFoundError, SettingsError, CorruptInputError: about the configuration and the data it names.
    """
    settings, output, progress = request.settings, request.output, counter(reporter)
    heads = _heads(settings.data)
    _check_held_out([name for name, _ in heads], settings.data.held_out)
    initial = None if settings.begin_from is None else read_network(settings.begin_from)[1]
    output.mkdir(parents=True, exist_ok=True)
    brain = settings.task == "brain"
    pool = grow_pool(
        heads,
        settings.data.variants,
        settings.learning.seed,
        output / "pool",
        partial(progress, "growing"),
        brain=brain,
    )
    source = HeadSource(pool, settings.data.held_out, settings.generator, brain=brain)
    steps = settings.learning.steps
    names = [region.name for region in settings.regions]

    def told(row: CheckRow) -> None:
        progress("training", row.step, steps)
        dice = " ".join(
            f"{n} {'-' if d is None else f'{d:.3f}'}" for n, d in zip(names, row.dice, strict=True)
        )
        reporter.say(f"step {row.step} of {steps}: loss {row.loss:.3f}, Dice on held-out patches {dice}")

    learned = learn(settings.architecture, settings.learning, source, output, initial=initial, told=told)
    if learned.rows:
        write_curves(learned.rows, names, output)
    write_text(output / "settings.yaml", yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False))
    card = write_network(output, learned.weights, **_card(settings, len(heads), learned.step))
    last = learned.rows[-1].dice if learned.rows else (None,) * len(names)
    return Trained(
        card, learned.step, steps, dict(zip(names, last, strict=True)), output / f"{card.name}.safetensors"
    )


def _card(settings: TrainingSettings, heads: int, step: int) -> dict[str, Any]:
    held_out = len(settings.data.held_out)
    return {
        "name": settings.name,
        "version": settings.version,
        "task": settings.task,
        "inputs": settings.inputs,
        "spacing_mm": (settings.generator.voxel_mm,) * 3,
        "scheme": None if settings.task == "brain" else "brats-2023",
        "regions": settings.regions,
        "architecture": settings.architecture,
        "data": f"synthetic images drawn from {heads - held_out} label maps of heads, with {settings.data.variants} grown "
        f"tumors each; {held_out} heads held out; {step} of {settings.learning.steps} steps",
        "license": settings.license,
    }


def _heads(data: HeadsData) -> list[tuple[str, Callable[[], HeadMap]]]:
    """Name of each label map of the folder, and how to read its classes."""
    if not data.folder.is_dir():
        raise NothingFoundError(
            Code.NOTHING_FOUND, "there is no such folder of label maps.", path=data.folder
        )
    files = sorted(path for path in data.folder.iterdir() if path.name.endswith(SUFFIXES))
    if not files:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"there is no label map ({', '.join(SUFFIXES)}) in the folder.",
            path=data.folder,
        )
    return [(_stem(path), partial(_head, path)) for path in files]


def _check_held_out(names: list[str], held_out: tuple[str, ...]) -> None:
    strange = [name for name in held_out if name not in names]
    if strange:
        what = f"data.held_out: there is no label map {', '.join(strange)}."
    elif set(names) <= set(held_out):
        what = "data.held_out names all label maps: none is left to train on."
    else:
        return
    raise SettingsError(Code.SETTINGS, what, advice=f"There are {', '.join(names)}.")


def _stem(path: Path) -> str:
    suffix = next(s for s in SUFFIXES if path.name.endswith(s))
    return path.name.removesuffix(suffix)


def _head(path: Path) -> HeadMap:
    """A label map as classes, axes LPS."""
    image = orient(read_volume(path, interpolation="nearest"), "LPS")
    if not equal_spacing(image.geometry.spacing_mm, ONE_MM):
        spacing = " x ".join(f"{s:.3g}" for s in image.geometry.spacing_mm)
        raise CorruptInputError(
            Code.SPACING_INVALID,
            f"training heads are label maps at 1 mm, this one has {spacing} mm.",
            path=path,
            advice="Resample it by nearest neighbor first.",
        )
    labels = np.asarray(image.array)
    if not np.array_equal(labels, np.round(labels)):
        raise CorruptInputError(
            Code.NOT_A_VOLUME, "its values are not whole numbers: it is no label map.", path=path
        )
    try:
        return classes_of(labels.astype(np.int32))
    except LabelError as error:
        raise LabelError(error.code, error.what, path=path, advice=error.advice) from error
