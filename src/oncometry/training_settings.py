"""The configuration of `oncometry train`: read without torch."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from oncometry.core import Code, Contrast, NothingFoundError, SettingsError, UnsupportedError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.card import RegionRule
from oncometry.segmentation.training.settings import LearningSettings
from oncometry.synthesis.training.generator import GeneratorSettings

__all__ = ["HeadsData", "TrainingSettings", "load_training", "require_torch"]

_FROZEN = ConfigDict(frozen=True, extra="forbid")
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
    "voxel_mm": 2.0,
    "any_contrast_probability": 0.4,
    "tumor_probability": 0.0,
    "rotation_degrees": 25.0,
}


class HeadsData(BaseModel):
    """Label maps of whole heads, from which images are drawn."""

    model_config = _FROZEN

    kind: Literal["heads"]
    folder: Path = Field(
        description="Label maps with FreeSurfer's numbers at 1 mm; relative to the configuration."
    )
    variants: Annotated[int, Field(ge=1, le=1000)] = 12
    """Tumors grown in each head."""
    held_out: tuple[str, ...] = ()
    """Names of label maps, without suffix, that only looks see."""
    generator: GeneratorSettings = GeneratorSettings()


class TrainingSettings(BaseModel):
    """The configuration of `oncometry train`."""

    model_config = _FROZEN

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: str = "1"
    task: Literal["tumor", "brain"] = Field(
        "tumor", description="'brain' extracts the brain of any MR sequence, at 2 mm."
    )
    license: str = Field("unstated", description="Of the weights: what the data's licenses allow.")
    data: HeadsData
    channels: tuple[int, ...] = (32, 64, 128, 160)
    learning: LearningSettings = LearningSettings()
    begin_from: Path | None = Field(None, description="Weights (with their card) to go on from: fine-tuning.")

    @model_validator(mode="after")
    def _fits_together(self) -> TrainingSettings:
        made, patch = self.architecture, self.learning.patch
        if made.fitting(patch) != patch:
            raise ValueError(
                f"patch {patch} is not made of multiples of {made.multiple}, as {len(self.channels)} channels ask"
            )
        return self

    @property
    def inputs(self) -> tuple[Contrast, ...]:
        """Channels of the network."""
        return _INPUTS[self.task]

    @property
    def regions(self) -> tuple[RegionRule, ...]:
        """Outputs of the network."""
        return _REGIONS[self.task]

    @property
    def generator(self) -> GeneratorSettings:
        """How images vary; where nothing is stated, brain extraction sees coarser ones of every contrast."""
        stated = self.data.generator.model_dump(exclude_unset=True)
        return GeneratorSettings.model_validate((_BRAIN_GENERATOR if self.task == "brain" else {}) | stated)

    @property
    def architecture(self) -> Architecture:
        """What the task takes and gives, with these channels."""
        return Architecture(inputs=len(self.inputs), outputs=len(self.regions), channels=self.channels)


def load_training(path: Path) -> TrainingSettings:
    """Read a configuration; paths in it are relative to it.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        SettingsError: `SETTINGS`, with the field and what came.
    """
    if not path.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such configuration file.", path=path)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise SettingsError(Code.SETTINGS, "it is not text: no configuration.", path=path) from error
    except yaml.YAMLError as error:
        what = " ".join(str(error).split())
        raise SettingsError(
            Code.SETTINGS, f"the configuration cannot be parsed: {what}.", path=path
        ) from error
    if not isinstance(content, dict):
        raise SettingsError(
            Code.SETTINGS, f"a configuration holds named fields, got {type(content).__name__}.", path=path
        )
    try:
        settings = TrainingSettings.model_validate(content)
    except ValidationError as error:
        raise SettingsError(Code.SETTINGS, _fault(error), path=path) from error
    data = settings.data.model_copy(update={"folder": path.parent / settings.data.folder})
    begin = None if settings.begin_from is None else path.parent / settings.begin_from
    return settings.model_copy(update={"data": data, "begin_from": begin})


def _fault(error: ValidationError) -> str:
    """The first field that does not hold, and what came."""
    fault = error.errors()[0]
    field = ".".join(str(part) for part in fault["loc"])
    if not field:
        return f"{fault['ctx']['error']}." if "ctx" in fault else f"{fault['msg']}."
    came = "" if fault["type"] == "missing" else f", got {fault['input']!r}"
    return f"{field}: {fault['msg'].lower()}{came}."


def require_torch() -> None:
    """Before anything else is done.

    Raises:
        UnsupportedError: `EXTRA_MISSING`.
    """
    if find_spec("torch") is None:
        raise UnsupportedError(
            Code.EXTRA_MISSING,
            "training needs torch, which is not installed.",
            advice="Install it with `pip install 'oncometry[train]'`.",
        )
