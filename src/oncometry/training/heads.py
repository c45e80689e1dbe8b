"""Label maps of heads as what a network learns from."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

import numpy as np

from oncometry.core import Code, Contrast, CorruptInputError, LabelError, NothingFoundError, SettingsError
from oncometry.core.geometry import equal_spacing
from oncometry.io import read_volume, sha256_of
from oncometry.io.names import VOLUME_SUFFIXES, volume_stem
from oncometry.pipeline import Reporter, counter
from oncometry.preprocessing.orient import orient
from oncometry.segmentation.card import RegionRule
from oncometry.synthesis.training.classes import HeadMap, classes_of
from oncometry.synthesis.training.generator import GeneratorSettings
from oncometry.synthesis.training.source import HeadSource, LabeledHead, grow_pool, pool_files
from oncometry.training.begun import Begun, begun_from
from oncometry.training.lesson import Lesson, Plan, Trained, learned_network, refuse_other_data
from oncometry.training_data import HeadsData
from oncometry.training_settings import TrainingSettings

__all__ = ["train_on_heads"]

ONE_MM = (1.0, 1.0, 1.0)
_INPUTS = {"tumor": (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR), "brain": (Contrast.UNKNOWN,)}
_REGIONS = {
    "tumor": (
        RegionRule(name="WT", labels=(1, 2, 3)),
        RegionRule(name="TC", labels=(1, 3)),
        RegionRule(name="ET", labels=(3,)),
    ),
    "brain": (RegionRule(name="brain", labels=(1,)),),
}
_BRAIN_GENERATOR = {
    "voxel_mm": 3.0,
    "any_contrast_probability": 0.3,
    "tumor_probability": 0.0,
    "rotation_degrees": 25.0,
}


def train_on_heads(settings: TrainingSettings, data: HeadsData, output: Path, reporter: Reporter) -> Trained:
    """Grow heads with tumors and train on images of them."""
    heads = _heads(data)
    _check_names([head.name for head in heads], data.held_out)
    begun = begun_from(settings, _INPUTS[settings.task], _REGIONS[settings.task])
    output.mkdir(parents=True, exist_ok=True)
    brain = settings.task == "brain"
    seed = settings.learning.seed
    pool = pool_files(heads, data.variants, seed, output / "pool", brain=brain)
    generator = _generator(data, brain=brain)
    grown = [path.name for files in pool.values() for path in files]
    refuse_other_data(_learned_from(begun, data, grown, generator), output)
    grow_pool(heads, pool, seed, partial(counter(reporter), "growing"), brain=brain)
    plan = Plan(
        _INPUTS[settings.task],
        _REGIONS[settings.task],
        None if brain else "brats-2023",
        generator.voxel_mm,
    )
    held_out = len(data.held_out)
    told = (
        f"synthetic images drawn from {len(heads) - held_out} label maps of heads, with {data.variants} grown "
        f"tumors each; {held_out} heads held out"
    )
    source = HeadSource(pool, data.held_out, generator, brain=brain)
    return learned_network(Lesson(settings, plan, source, told, begun), output, reporter)


def _learned_from(
    begun: Begun | None, data: HeadsData, grown: list[str], generator: GeneratorSettings
) -> str:
    """What stands in the folder of a training: hash of the grown heads, those held out, and how images vary."""
    before = "" if begun is None else begun.card.sha256
    told = "\n".join([*grown, "--", *data.held_out, generator.model_dump_json(), before])
    return hashlib.sha256(told.encode()).hexdigest() + "\n"


def _generator(data: HeadsData, *, brain: bool) -> GeneratorSettings:
    """How images vary; where nothing is stated, brain extraction sees coarser ones of every contrast."""
    stated = data.generator.model_dump(exclude_unset=True)
    return GeneratorSettings.model_validate((_BRAIN_GENERATOR if brain else {}) | stated)


def _heads(data: HeadsData) -> list[LabeledHead]:
    """The label maps of the folder."""
    if not data.folder.is_dir():
        raise NothingFoundError(
            Code.NOTHING_FOUND, "there is no such folder of label maps.", path=data.folder
        )
    named = {path: volume_stem(path.name) for path in sorted(data.folder.iterdir())}
    heads = [
        LabeledHead(stem, sha256_of(path), partial(_head, path))
        for path, stem in named.items()
        if stem is not None
    ]
    if not heads:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"there is no label map ({', '.join(VOLUME_SUFFIXES)}) in the folder.",
            path=data.folder,
        )
    return heads


def _check_names(names: list[str], held_out: tuple[str, ...]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(
            Code.SETTINGS,
            f"data.folder: two label maps are named {', '.join(twice)}, but for their endings.",
            advice="Rename one, or take it out.",
        )
    strange = [name for name in held_out if name not in names]
    if strange:
        what = f"data.held_out: there is no label map {', '.join(strange)}."
    elif set(names) <= set(held_out):
        what = "data.held_out names all label maps: none is left to train on."
    else:
        return
    raise SettingsError(Code.SETTINGS, what, advice=f"There are {', '.join(names)}.")


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
