"""The card of a stored model: what it takes, what it says, of whom it may be asked, and how good it was measured to be."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oncometry.prediction.outcome import Task
from oncometry.prediction.table import Block

__all__ = [
    "INTENDED_USE",
    "CardColumn",
    "Conformal",
    "KnownColumn",
    "Limits",
    "ModelCard",
    "Third",
    "Told",
    "TrainedOn",
]

_FROZEN = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

INTENDED_USE = (
    "Research: to estimate the outcome of patients like those it was fitted on, beside the judgement of a clinician. "
    "It is no medical device, and no treatment may be chosen or withheld by it."
)


class CardColumn(BaseModel):
    """A number that the model is given.

    Attributes:
        name: of the table; source, level: the column of a sheet, and the cell that an indicator stands for.
        levels: all cells of that column that were seen.
        transform: what is taken of a cell's number.
        low, high: limits of what was seen, widened by the tolerance and rounded outward; no patient's own value.
        reference: of a typical patient: the median, or the commonest category.
        missing: share of training rows without it.
        used: by the model of all patients; others are looked at by its refits.
    """

    model_config = _FROZEN

    name: str
    block: Block
    source: str
    level: str | None = None
    levels: tuple[str, ...] = ()
    transform: Literal["none", "log", "present"] = "none"
    low: float
    high: float
    reference: float
    missing: Annotated[float, Field(ge=0, le=1)]
    used: bool


class KnownColumn(BaseModel):
    """A column of the acquisition: cells that were seen with the number of patients, or limits of numbers."""

    model_config = _FROZEN

    name: str
    seen: dict[str, int] = {}
    low: float | None = None
    high: float | None = None


class Limits(BaseModel):
    """The envelope.

    Attributes:
        distance: above it a row is unlike all that were seen; `false_alarms` of training rows are.
        missing: features of the model that may be missing at once.
        sites: name -> patients; empty where sites are not known.
        site_judged: whether the validation held sites out, so that a new site was judged.
        site_refused: whether a new site cannot be harmonized, by the declaration.
        acquisition: further columns that are held against what was seen.
    """

    model_config = _FROZEN

    tolerance: float
    false_alarms: float
    distance: float | None
    missing: int
    sites: dict[str, int] = {}
    site_judged: bool = False
    site_refused: bool = False
    acquisition: tuple[KnownColumn, ...] = ()


class Conformal(BaseModel):
    """Limits of conformal sets or intervals, and on how many patients they rest.

    Attributes:
        least: (k,) the least probability with which a class is in the set.
        half_width: of the interval of a number; None where patients are too few.
        patients: of each class, or of all.
    """

    model_config = _FROZEN

    coverage: float
    least: tuple[float, ...] = ()
    half_width: float | None = None
    patients: tuple[int, ...]


class Third(BaseModel):
    """A third of the patients by predicted chance, in the validation: what they were told and what happened."""

    model_config = _FROZEN

    name: Literal["low", "middle", "high"]
    above: float
    patients: int
    predicted: float
    observed: float | None


class TrainedOn(BaseModel):
    """Counts; who they are is nowhere in the file."""

    model_config = _FROZEN

    rows: int
    patients: int
    events: int | None
    left_out: dict[str, int] = {}


class Told(BaseModel):
    """Something worth saying, with its code."""

    model_config = _FROZEN

    code: str
    what: str


class ModelCard(BaseModel):
    """All that is known of a stored model; its JSON stands beside the weights.

    Attributes:
        name: of the experiment; features: of the set of features.
        model, select, parameters: the kind that cross-validation over all patients preferred, and its settings.
        task, endpoint, classes, horizon_days, times_days: what is predicted.
        patient: the column of a sheet that holds ids; a default.
        declaration: of the experiment; experiment_sha256, origin: its hash and what it read.
        columns: in the order of the weights' places.
        refits: on patients drawn anew, that are stored behind the interval; level: of it.
        metrics: rows of `metrics.json`: of this model, of what it is held against, and of the controls.
        holds: what of patients the weights hold.
        weights_sha256: of the safetensors file.
    """

    model_config = _FROZEN

    format: Literal[1] = 1
    name: str
    title: str
    features: str
    model: str
    select: int
    parameters: dict[str, float | int | str | None]
    inner_score: float
    task: Task
    endpoint: str
    kind: str
    classes: tuple[str, ...]
    horizon_days: float | None
    times_days: tuple[float, ...]
    patient: str | None
    declaration: dict[str, Any]
    experiment_sha256: str
    origin: tuple[tuple[str, str], ...]
    columns: Annotated[tuple[CardColumn, ...], Field(min_length=1)]
    limits: Limits
    conformal: Conformal | None
    thirds: tuple[Third, ...]
    refits: Annotated[int, Field(ge=0)]
    level: Annotated[float, Field(gt=0.5, lt=1)]
    trained_on: TrainedOn
    metrics: tuple[dict[str, Any], ...]
    seed: int
    software: dict[str, str]
    intended_use: str = INTENDED_USE
    holds: str
    warnings: tuple[Told, ...] = ()
    weights_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""

    @property
    def digest(self) -> str:
        """SHA-256 of all but `weights_sha256`: it stands in the weights."""
        told = self.model_copy(update={"weights_sha256": ""}).model_dump_json()
        return hashlib.sha256(told.encode()).hexdigest()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> ModelCard:
        names = [c.name for c in self.columns]
        if len(set(names)) < len(names):
            raise ValueError("two columns are of one name")
        if any(c.low > c.high for c in self.columns):
            raise ValueError("a column's lower limit is above its upper")
        least = {Task.BINARY: 2, Task.ORDINAL: 3}.get(self.task, 0)
        if len(self.classes) < least:
            raise ValueError(f"a {self.task} outcome has {least} classes or more, not {len(self.classes)}")
        if self.task is Task.SURVIVAL and self.horizon_days not in self.times_days:
            raise ValueError(f"horizon {self.horizon_days} is none of the times")
        if self.conformal is not None and least and len(self.conformal.least) != len(self.classes):
            raise ValueError(f"{len(self.conformal.least)} conformal limits of {len(self.classes)} classes")
        return self
