"""What `oncometry train` learns from, as its configuration names it: read without torch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from oncometry.core import Contrast, scheme_named
from oncometry.io.case_layouts import CaseLayout
from oncometry.io.settings import CurateSettings
from oncometry.pipeline.unmasked import STRUCTURAL
from oncometry.synthesis.training.generator import AugmentationSettings, GeneratorSettings

__all__ = ["CasesData", "CrossValidation", "HeadsData"]

_FROZEN = ConfigDict(frozen=True, extra="forbid")
_NO_MR = {Contrast.CT, Contrast.CT_CONTRAST, Contrast.PET, Contrast.UNKNOWN}


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


class CasesData(BaseModel):
    """Patients' images and masks."""

    model_config = _FROZEN

    kind: CaseLayout | Literal["cohort"] = Field(
        description="How the cases are laid out; 'cohort': a folder of scans and masks as `oncometry run` takes it."
    )
    folder: Path = Field(description="The cases; relative to the configuration.")
    scheme: str | None = Field(
        None,
        description="What the masks' numbers mean; by default brats-2023, of nnU-Net what dataset.json names them, of a "
        "cohort what each file says.",
    )
    inputs: Annotated[tuple[Contrast, ...], Field(min_length=1)] | None = Field(
        None, description="Sequences to learn from; by default all that are there."
    )
    patient: str | None = Field(
        None, description="Regular expression whose first group is the patient in a case's name."
    )
    curate: CurateSettings = Field(
        CurateSettings(), description="How a cohort is read, as in a run's settings."
    )
    spacing_mm: float = Field(1.0, ge=0.3, le=5, description="Of the grid that the network works on.")
    brain: str | None = Field(
        None,
        description="The network that finds the brain where the skull is on, by name or path; by default the shipped one, "
        "'none' to go without.",
    )
    held_out: Annotated[float, Field(ge=0, lt=1)] | tuple[str, ...] = Field(
        0.2, description="Part of the patients, or their names, that training never sees."
    )
    augmentation: AugmentationSettings = AugmentationSettings()

    @field_validator("scheme")
    @classmethod
    def _is_known(cls, scheme: str | None) -> str | None:
        if scheme is not None:
            scheme_named(scheme)
        return scheme

    @field_validator("patient")
    @classmethod
    def _is_an_expression(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"it is no regular expression: {error}") from error
        return pattern

    @field_validator("inputs")
    @classmethod
    def _are_sequences(cls, inputs: tuple[Contrast, ...] | None) -> tuple[Contrast, ...] | None:
        if inputs is not None and (len(set(inputs)) < len(inputs) or _NO_MR & set(inputs)):
            raise ValueError("sequences of MR, each once")
        return inputs

    @model_validator(mode="after")
    def _fits_the_kind(self) -> CasesData:
        if self.kind != "cohort":
            if "curate" in self.model_fields_set:
                raise ValueError(f"curate is about a cohort, not about {self.kind!r}")
            return self
        if self.patient is not None:
            raise ValueError("patient: whose a visit of a cohort is, its images say")
        if self.curate.scheme is not None:
            raise ValueError("curate.scheme: state it as data.scheme")
        strange = [str(contrast) for contrast in self.inputs or () if contrast not in STRUCTURAL]
        if strange:
            raise ValueError(f"inputs: of a cohort {', '.join(STRUCTURAL)}, not {', '.join(strange)}")
        return self


class CrossValidation(BaseModel):
    """Every patient held out once."""

    model_config = _FROZEN

    folds: int = Field(5, ge=2, le=100)
    fold: int | Literal["all"] = Field(
        "all", description="One fold, counted from 1, or all one after the other."
    )
