"""A network trained, without a cohort: what `oncometry train` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from oncometry.pipeline import Reporter
from oncometry.training.cases import train_on_cases
from oncometry.training.cross_validation import CrossValidated
from oncometry.training.heads import train_on_heads
from oncometry.training.lesson import Trained
from oncometry.training_data import HeadsData
from oncometry.training_settings import TrainingSettings

__all__ = ["CrossValidated", "TrainRequest", "Trained", "train"]


@dataclass(frozen=True)
class TrainRequest:
    """What `oncometry train` was asked."""

    settings: TrainingSettings
    output: Path


def train(request: TrainRequest, reporter: Reporter) -> Trained | CrossValidated:
    """Train a network, or go on where an earlier call in the same folder stopped.

    Leaves NAME.safetensors and NAME.json (the card), curves.png, history.csv, settings.yaml, and what a training needs
    to go on; of cross-validation a folder for each fold, cross_validation.csv and curves.png.

    Raises:
        UnsupportedError: `DEVICE_MISSING`.
        NothingFoundError, SettingsError, CorruptInputError, LabelError: about the configuration and the data it names.
    """
    settings = request.settings
    if isinstance(settings.data, HeadsData):
        return train_on_heads(settings, settings.data, request.output, reporter)
    return train_on_cases(settings, settings.data, request.output, reporter)
