"""The configuration of `oncometry train`: read without torch."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from oncometry.core import Code, NothingFoundError, SettingsError, UnsupportedError
from oncometry.core.faults import told_faults
from oncometry.pipeline.settings_file import read_settings_file
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.training.settings import LearningSettings
from oncometry.training_data import CasesData, CrossValidation, HeadsData

__all__ = ["TrainingSettings", "load_training", "require_torch"]

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class TrainingSettings(BaseModel):
    """The configuration of `oncometry train`."""

    model_config = _FROZEN

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: str = "1"
    task: Literal["tumor", "brain"] = Field(
        "tumor", description="'brain' extracts the brain of any MR sequence, at 3 mm."
    )
    license: str = Field("unstated", description="Of the weights: what the data's licenses allow.")
    data: Annotated[HeadsData | CasesData, Field(discriminator="kind")]
    cross_validation: CrossValidation | None = None
    channels: tuple[int, ...] = (32, 64, 128, 160)
    learning: LearningSettings = LearningSettings()
    begin_from: Path | None = Field(None, description="Weights (with their card) to go on from: fine-tuning.")

    @model_validator(mode="after")
    def _fits_together(self) -> TrainingSettings:
        made, patch = Architecture(inputs=1, outputs=1, channels=self.channels), self.learning.patch
        if made.fitting(patch) != patch:
            raise ValueError(
                f"patch {patch} is not made of multiples of {made.multiple}, as {len(self.channels)} channels ask"
            )
        return self

    @model_validator(mode="after")
    def _asks_what_the_data_have(self) -> TrainingSettings:
        folds = self.cross_validation
        if isinstance(self.data, HeadsData):
            if folds is not None:
                raise ValueError("cross_validation is by patient: label maps of heads have none")
            return self
        if self.task == "brain":
            raise ValueError(f"task 'brain' learns from data of kind 'heads', not {self.data.kind!r}")
        if folds is not None and "held_out" in self.data.model_fields_set:
            raise ValueError("data.held_out and cross_validation both say who is held out: leave one away")
        if folds is not None and folds.fold != "all" and not 1 <= folds.fold <= folds.folds:
            raise ValueError(f"there is no fold {folds.fold} of {folds.folds}: they are counted from 1")
        return self


def load_training(path: Path) -> TrainingSettings:
    """Read a configuration (YAML, TOML or JSON); paths in it are relative to it.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        SettingsError: `SETTINGS`, with the field and what came.
    """
    if not path.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such configuration file.", path=path)
    try:
        settings = TrainingSettings.model_validate(read_settings_file(path))
    except ValidationError as error:
        told, advice = told_faults(error, TrainingSettings)
        raise SettingsError(Code.SETTINGS, f"{told}.", path=path, advice=advice) from error
    here = path.parent
    moved: dict[str, object] = {"folder": here / settings.data.folder}
    if isinstance(settings.data, CasesData) and settings.data.brain and (here / settings.data.brain).exists():
        moved["brain"] = str(here / settings.data.brain)
    begin = None if settings.begin_from is None else here / settings.begin_from
    return settings.model_copy(update={"data": settings.data.model_copy(update=moved), "begin_from": begin})


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
