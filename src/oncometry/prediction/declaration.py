"""An experiment as it is declared: what is learned from what, by which models, and how it is judged. One YAML file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from oncometry.prediction.clusters.settings import ClusterMethod
from oncometry.prediction.outcome import Task
from oncometry.prediction.table import Block

__all__ = [
    "BASELINE",
    "TREATED",
    "Derived",
    "Endpoint",
    "Envelope",
    "Experiment",
    "Features",
    "Final",
    "FirstDay",
    "Groups",
    "Harmonization",
    "Preprocessing",
    "Reliability",
    "Sheet",
    "Validation",
]

_FROZEN = ConfigDict(frozen=True, extra="forbid")

TOXICITY, GRADE, BASELINE = "toxicity.", ".grade", ".baseline"
"""How the columns of a cohort's toxicities begin, and end that hold a grade under treatment, and one before it."""
TREATED = "toxicity.treated"
"""A cohort's column of 1 and 0: whether a patient had the treatment whose toxicity is meant."""
FirstDay = Literal["baseline", "treatment"]
"""What grades of the first day of treatment are."""
DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}


class Sheet(BaseModel):
    """A CSV or XLSX file with one row a patient (or several, with one outcome)."""

    model_config = _FROZEN

    file: Path = Field(description="CSV or XLSX, relative to the experiment's file, or to `--data`.")
    patient: str = Field(description="The column that holds the patient's id.")
    sheet: str | None = Field(None, description="Of a workbook; the only one if not said.")


class Endpoint(BaseModel):
    """What is predicted."""

    model_config = _FROZEN

    name: Annotated[
        str,
        Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", description="Lower case; in every row of the result."),
    ]
    kind: Literal["binary", "ordinal", "continuous", "survival", "toxicity"] = Field(
        description="binary, ordinal, continuous, survival, or toxicity (a grade or higher)."
    )
    column: str | None = Field(None, description="Of a class, a category, a number or a grade.")
    positive: tuple[str, ...] = Field((), description="Binary: the cells that count as 1.")
    order: tuple[str, ...] = Field((), description="Ordinal: the categories, lowest first.")
    grade: int | None = Field(
        None, ge=1, le=5, description="Toxicity: this grade or a higher one counts as 1."
    )
    baseline: str | None = Field(
        None,
        description="Toxicity: the column of the grade before treatment: who has `grade` by then is left out. Of a "
        "cohort's `toxicity.TERM.grade` it is `toxicity.TERM.baseline` if not said.",
    )
    treatment: str | None = Field(
        None,
        description="Toxicity of a cohort: the kind of treatment that is meant (`radiotherapy`, `chemotherapy` ...): who had "
        "none, or of whom nobody knows, is left out; if not said, grades count after the first "
        "day of any but steroids (from it on where `first_day` says so).",
    )
    first_day: FirstDay = Field(
        "baseline",
        description="Toxicity of a cohort: what grades of the first day of treatment are: `baseline`, assessed before the "
        "first dose as at a visit, or of `treatment`, as onsets of adverse events are.",
    )
    unrecorded: Literal["unknown", "none"] = Field(
        "unknown",
        description="Toxicity: what a patient without a grade has: nobody knows, or none, as where a sheet lists only what "
        "there was.",
    )
    time: str | None = Field(None, description="Survival: the column of times from the origin.")
    unit: Literal["days", "weeks", "months", "years"] = Field("days", description="Of `time`.")
    event: str | None = Field(None, description="Survival: the column that says what happened at that time.")
    observed: tuple[str, ...] = Field((), description="Survival: cells of `event` that are the event.")
    competing: tuple[str, ...] = Field(
        (), description="Survival: cells of `event` that are a competing event."
    )
    horizon_days: float | None = Field(
        None,
        gt=0,
        description="Survival: the day that predictions are judged at, counted from `landmark_day`: "
        "some have the event by it, and others are followed to it.",
    )
    known_day: float | None = Field(None, description="Days from the origin at which the outcome was known.")
    landmark_day: float = Field(
        0.0, ge=0, description="Survival: time counts from this day; who had the event before is left out."
    )

    @property
    def task(self) -> Task:
        """What a model of it learns."""
        return Task.BINARY if self.kind == "toxicity" else Task(self.kind)

    @property
    def baseline_column(self) -> str | None:
        """Toxicity: of the grade before treatment; a cohort need not have it."""
        if self.kind != "toxicity" or self.baseline is not None or self.column is None:
            return self.baseline
        return self.column.removesuffix(GRADE) + BASELINE if self._is_of_cohort else None

    @property
    def treated_column(self) -> str | None:
        """Toxicity of a cohort: whether a patient had the treatment that is meant; None where any is."""
        return None if self.treatment is None else TREATED

    @property
    def reached_column(self) -> str | None:
        """Toxicity of a cohort: the first day on which the grade was reached."""
        if self.kind != "toxicity" or not self._is_of_cohort:
            return None
        return f"{(self.column or '').removesuffix(GRADE)}{GRADE}_{self.grade}.day"

    @property
    def _is_of_cohort(self) -> bool:
        column = self.column or ""
        return column.startswith(TOXICITY) and column.endswith(GRADE)

    @property
    def days_per_unit(self) -> float:
        """Of `time`."""
        return DAYS[self.unit]

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Endpoint:
        needed = {
            "binary": ("column", "positive"),
            "ordinal": ("column", "order"),
            "continuous": ("column",),
            "toxicity": ("column", "grade"),
            "survival": ("time", "event", "observed"),
        }[self.kind]
        if lacking := [f"`{name}`" for name in needed if getattr(self, name) in (None, ())]:
            raise ValueError(f"an endpoint of kind {self.kind} needs {' and '.join(lacking)}")
        if self.kind != "toxicity" and (self.baseline is not None or self.unrecorded != "unknown"):
            raise ValueError(
                f"`baseline` and `unrecorded` are of toxicity, not of an endpoint of kind {self.kind}"
            )
        if self.treatment is not None and not (self.kind == "toxicity" and self._is_of_cohort):
            raise ValueError(
                f"`treatment` is of the toxicity of a cohort (column {TOXICITY}TERM{GRADE}), not of {self.column!r}"
            )
        if self.first_day != "baseline" and not (self.kind == "toxicity" and self._is_of_cohort):
            raise ValueError(
                f"`first_day` is of the toxicity of a cohort (column {TOXICITY}TERM{GRADE}), not of {self.column!r}"
            )
        if self.kind == "ordinal" and len(set(self.order)) < 3:
            raise ValueError("an ordinal endpoint has three categories or more; of two it is binary")
        if both := set(self.observed) & set(self.competing):
            raise ValueError(f"{sorted(both)[0]!r} is both the event and a competing one")
        return self


class Derived(BaseModel):
    """A new column: the product of some over that of others; unknown where one of them is, or where it divides by 0."""

    model_config = _FROZEN

    product: tuple[str, ...] = Field(min_length=1, description="Columns that are multiplied.")
    over: tuple[str, ...] = Field((), description="Columns that it is divided by.")
    scale: float = Field(1.0, description="A factor, of units.")


class Features(BaseModel):
    """Columns that are features of one block: names, or patterns with `*`."""

    model_config = _FROZEN

    block: Block = Field(description="clinical, volume, radiomics, delta, dose or deep.")
    columns: tuple[str, ...] = Field(min_length=1, description="Names, or patterns with `*`.")
    but: tuple[str, ...] = Field((), description="Those that the patterns take in and that are not meant.")
    categories: tuple[str, ...] = Field((), description="Columns whose numbers are codes of categories.")
    present: tuple[str, ...] = Field((), description="Columns of which only counts whether they are above 0.")
    log: tuple[str, ...] = Field((), description="Columns (or patterns) x >= 0 that are taken as log(1 + x).")
    day: float | None = Field(None, description="Days from the origin at which they were known.")

    @field_validator("columns", "but", "categories", "present", "log", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


class Reliability(BaseModel):
    """Features that repeat badly are left out, in each fold by its training patients where they are the cohort's own."""

    model_config = _FROZEN

    file: Path | None = Field(
        None,
        description="A table of `oncometry reliability` of other subjects; if not said, the cohort's own, told in each fold.",
    )
    minimum_icc: float = Field(
        0.75, ge=0, le=1, description="The lower limit of the interval has to reach it."
    )


class Harmonization(BaseModel):
    """ComBat between sites, learned in each training fold."""

    model_config = _FROZEN

    blocks: tuple[Block, ...] = Field(
        (Block.RADIOMICS, Block.DELTA, Block.DEEP), description="Which are harmonized."
    )
    keep: tuple[str, ...] = Field(
        (), description="Clinical columns whose effect is preserved; never the outcome."
    )
    unseen: Literal["refuse", "pass_through", "reference"] = Field(
        "pass_through", description="What happens to rows of a site without training rows."
    )
    reference_site: str | None = Field(None, description="Whose scale the others are brought to.")
    minimum_patients: int = Field(
        5, ge=2, description="A site with fewer in a training fold is passed through."
    )


class Preprocessing(BaseModel):
    """What is learned of the features inside each training fold, in this order."""

    model_config = _FROZEN

    maximum_missing: float = Field(
        0.5, ge=0, lt=1, description="A column with more of its cells missing is left out."
    )
    harmonize: Harmonization | None = None
    reliability: Reliability | None = None
    scale: Literal["standard", "robust"] = Field(
        "standard", description="By mean and deviation, or median and quartiles."
    )
    redundancy: float = Field(
        0.95, gt=0, le=1, description="Of features correlated more than this (Spearman) one stays."
    )
    select_from: int = Field(30, ge=1, description="A set of more image features than this is selected from.")
    select: tuple[int, ...] = Field(
        (5, 10, 20), min_length=1, description="How many are kept; chosen in the inner loop."
    )
    resample: Literal["none", "oversample", "smote"] = Field(
        "none", description="Training rows of rare classes: drawn again, or put between neighbors."
    )
    calibrate: bool = Field(True, description="Probabilities by Platt's logistic, on inner predictions.")


class Validation(BaseModel):
    """How a model is judged."""

    model_config = _FROZEN

    folds: int = Field(5, ge=2, le=20, description="Outer folds: each patient is tested once.")
    inner_folds: int = Field(5, ge=2, le=20, description="Within each training part, for choosing settings.")
    repeats: int = Field(3, ge=1, le=100, description="Of the outer folds, dealt anew.")
    candidates: int = Field(
        10, ge=1, le=1000, description="Settings of each model that the inner loop tries."
    )
    permutations: int = Field(100, ge=100, le=10_000, description="Of the labels: a control.")
    bootstrap: int = Field(1000, ge=200, le=100_000, description="Resamples of patients behind an interval.")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="Of intervals.")
    threshold: float = Field(0.5, gt=0, lt=1, description="Of sensitivity, specificity, F1 and accuracy.")
    site: str | None = Field(None, description="The column of sites: each is then also held out once.")


class Envelope(BaseModel):
    """Whom a stored model speaks of: patients like those that it learned from."""

    model_config = _FROZEN

    columns: tuple[str, ...] = Field(
        (), description="Of the acquisition (scanner, slice thickness): seen values and ranges are kept."
    )
    tolerance: float = Field(
        0.1, ge=0, le=10, description="How far beyond the training range, as a part of its width."
    )
    false_alarms: float = Field(
        0.01, gt=0, lt=0.5, description="Share of training patients that the distance would set aside."
    )

    @field_validator("columns", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


class Groups(BaseModel):
    """Groups of patients that nobody named, looked for in some blocks: one group is an answer."""

    model_config = _FROZEN

    blocks: tuple[Block, ...] = Field((Block.RADIOMICS,), description="In whose features.")
    method: ClusterMethod = Field(
        ClusterMethod.K_MEANS, description="k-means, agglomerative or gaussian-mixture."
    )
    most: int = Field(6, ge=2, le=12, description="The largest number of groups that is tried.")
    resamples: int = Field(100, ge=10, le=10_000, description="Draws of patients behind the consensus.")
    draws: int = Field(
        50, ge=20, le=10_000, description="Data sets of one group that the data are held against."
    )


class Final(BaseModel):
    """The model of all patients that is stored when the validation is done."""

    model_config = _FROZEN

    bootstrap: int = Field(
        100,
        ge=20,
        le=10_000,
        description="Refits on resampled patients, behind the interval of a prediction.",
    )
    coverage: float = Field(0.9, gt=0.5, lt=1, description="Of conformal sets and intervals.")


class Experiment(BaseModel):
    """A declared learning task. Its hash names it."""

    model_config = _FROZEN

    name: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$",
            description="Lower case; a newer result replaces an older one.",
        ),
    ]
    title: str = Field("", description="Over the report.")
    cohort: Path | None = Field(None, description="A folder that `oncometry run` filled.")
    tables: tuple[Sheet, ...] = Field((), description="Sheets, joined by patient; instead of a cohort.")
    endpoint: Endpoint
    features: tuple[Features, ...] = Field(min_length=1)
    models: tuple[str, ...] = Field(
        (), description="Names of models; a set that fits the outcome if not said."
    )
    preprocessing: Preprocessing = Preprocessing()
    validation: Validation = Validation()
    final: Final = Final()
    envelope: Envelope = Envelope()
    groups: Groups | None = Field(None, description="Unsupervised: looked for only where asked.")
    derive: dict[str, Derived] = Field({}, description="New columns from others, before all else.")
    where: dict[str, tuple[str, ...]] = Field({}, description="Column -> cells: only these rows take part.")
    published: str | None = Field(
        None, description="What was published of these data, to stand beside the result."
    )
    seed: int = Field(1, ge=0, description="Of everything that is drawn.")

    @model_validator(mode="after")
    def _has_one_source(self) -> Experiment:
        if (self.cohort is None) == (not self.tables):
            raise ValueError("an experiment has either a `cohort` or `tables`")
        if self.endpoint.treatment is not None and self.cohort is None:
            raise ValueError("`endpoint.treatment` is of a `cohort`: tables have no treatments")
        if self.endpoint.first_day != "baseline" and self.cohort is None:
            raise ValueError("`endpoint.first_day` is of a `cohort`: tables have no days of treatment")
        return self

    def declared(self) -> str:
        """The declaration as canonical JSON; files by name, without their folders."""
        said = self.model_dump(mode="json")
        for sheet in said["tables"]:
            sheet["file"] = Path(sheet["file"]).name
        if said["cohort"] is not None:
            said["cohort"] = Path(said["cohort"]).name
        return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def sha256(self, origin: tuple[tuple[str, str], ...]) -> str:
        """Of the declaration and of what it reads: (name, hash) of each source."""
        return hashlib.sha256((self.declared() + json.dumps(origin)).encode()).hexdigest()
