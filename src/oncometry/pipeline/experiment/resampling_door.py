"""Training rows shown more often move probabilities: where nothing brings them back, that is refused or told."""

from __future__ import annotations

from oncometry.core import Code, Notice, SettingsError
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.outcome import Task

__all__ = ["check_resampled", "shifted_probabilities"]


def check_resampled(experiment: Experiment, task: Task) -> None:
    """Only of two classes are probabilities calibrated after resampling.

    Raises:
        SettingsError: `SETTINGS`, `resample` is asked for of another outcome.
    """
    how = experiment.preprocessing.resample
    if how == "none" or task is Task.BINARY:
        return
    why = (
        "it moves the probabilities of the categories, and nothing brings them back"
        if task is Task.ORDINAL
        else "there are no classes whose rows could be shown more often"
    )
    raise SettingsError(
        Code.SETTINGS,
        f"`preprocessing.resample: {how}` is of two classes, and the outcome is {task}: {why}.",
        advice="Leave it at `none`; or declare a binary endpoint.",
    )


def shifted_probabilities(experiment: Experiment) -> tuple[Notice, ...]:
    """What is to be said of probabilities that were moved and are not calibrated."""
    asked = experiment.preprocessing
    if asked.resample == "none" or asked.calibrate:
        return ()
    told = (
        f"training rows are resampled ({asked.resample}) and `calibrate` is off: probabilities are those of classes of one "
        "size, not of these patients; Brier, calibration and decision curves say how far they are off."
    )
    return (Notice(Code.PROBABILITIES_SHIFTED, told),)
