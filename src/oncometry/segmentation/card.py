"""The card of a network: what it takes, what it gives, where it is from, how good it was measured to be."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oncometry.core import Contrast, Modality, scheme_named
from oncometry.segmentation.architecture import Architecture

__all__ = ["MeasuredQuality", "NetworkCard", "RegionRule"]

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class RegionRule(BaseModel):
    """One output of a network.

    Attributes:
        name: 'WT'.
        labels: numbers of the scheme that make up the region.
        threshold: of the calibrated probability.
        volume_width: logits by which the threshold moves for the interval of the volume; None where it is not calibrated.
    """

    model_config = _FROZEN

    name: str
    labels: tuple[int, ...]
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    volume_width: Annotated[float, Field(ge=0)] | None = None


class MeasuredQuality(BaseModel):
    """A Dice that somebody measured.

    Attributes:
        data: on what, and whether it is synthetic.
        region: of the card.
        dice: mean over cases, with its 95 % bootstrap interval.
        cases: how many.
        command: that gives it again.
    """

    model_config = _FROZEN

    data: str
    region: str
    dice: Annotated[float, Field(ge=0, le=1)]
    low: Annotated[float, Field(ge=0, le=1)]
    high: Annotated[float, Field(ge=0, le=1)]
    cases: Annotated[int, Field(ge=1)]
    command: str


class NetworkCard(BaseModel):
    """What there is to know of a network; kept as JSON beside its weights.

    Attributes:
        name: lower-case with hyphens, as `--network` takes it.
        version: of the weights.
        task: 'tumor' or 'brain' (extraction).
        modality: of its images; others are refused.
        inputs: the sequences, in the order of its channels ('unknown' takes any); any of `required` must be there.
        required: at least one of these; empty where any one input is enough.
        spacing_mm: of the grid it works on.
        scheme: of the label map it writes; None where it finds no tumor.
        regions: its outputs, from the outermost to the innermost.
        temperature: logits are divided by it (Guo 2017, arXiv:1706.04599).
        volume_coverage: share of true volumes that the intervals of `volume_width` are to hold.
        architecture: None for networks of other makes.
        data, license, source, citation: what it was trained on, and under what terms it may be used.
        sha256: of the file of weights.
        measured: nothing is claimed beyond it.
    """

    model_config = _FROZEN

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: str
    task: Literal["tumor", "brain"]
    modality: Modality = Modality.MR
    inputs: tuple[Contrast, ...]
    required: tuple[Contrast, ...] = ()
    spacing_mm: tuple[float, float, float] = (1.0, 1.0, 1.0)
    scheme: str | None
    regions: Annotated[tuple[RegionRule, ...], Field(min_length=1)]
    temperature: Annotated[float, Field(gt=0)] = 1.0
    volume_coverage: Annotated[float, Field(gt=0, lt=1)] = 0.9
    architecture: Architecture | None = None
    data: str
    license: str
    source: str = ""
    citation: str = ""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    measured: tuple[MeasuredQuality, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> NetworkCard:
        if (self.scheme is None) is not (self.task == "brain"):
            raise ValueError(
                f"a network of task {self.task!r} has {'no' if self.scheme is None else 'a'} label scheme"
            )
        known = {1: ""} if self.scheme is None else scheme_named(self.scheme).labels
        strange = [n for region in self.regions for n in region.labels if n not in known]
        if strange:
            raise ValueError(f"labels {strange} are none of the scheme {self.scheme!r}")
        made = self.architecture
        if made is not None and (made.inputs, made.outputs) != (len(self.inputs), len(self.regions)):
            raise ValueError(
                f"the architecture takes {made.inputs} and gives {made.outputs} channels, but the card names "
                f"{len(self.inputs)} inputs and {len(self.regions)} regions"
            )
        return self
