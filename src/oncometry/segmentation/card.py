"""The card of a network: what it takes, what it gives, where it is from, how good it was measured to be."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oncometry.core import Contrast, Modality, scheme_named
from oncometry.core.geometry import Index
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.foreign_rules import CommandLine, ForeignRules

__all__ = ["MeasuredQuality", "NetworkCard", "NetworkFormat", "RegionRule"]

NetworkFormat = Literal["oncometry", "onnx", "nnunet", "monai", "command"]

_FROZEN = ConfigDict(frozen=True, extra="forbid")
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


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
        field: voxels of the one field about the head that our networks for brain extraction see; None for others.
        scheme: of the label map it writes; None where it finds no tumor.
        regions: its outputs, from the outermost to the innermost.
        temperature: logits are divided by it (Guo 2017, arXiv:1706.04599).
        peak: probability that some region reaches in each part that counts; None where every part does.
        volume_coverage: share of true volumes that the intervals of `volume_width` are to hold.
        format: what the weights are: ours, or of another make.
        architecture: of ours; None for networks of other makes.
        foreign: how a network of another make takes images and gives results; ONNX and MONAI need it.
        command: the program that is the network, if it is one.
        data, license, source, citation: what it was trained on, and under what terms it may be used.
        sha256: of the file of weights; of a folder's files (`folder_hash`); of a program's command line, filled in.
        measured: nothing is claimed beyond it.
    """

    model_config = _FROZEN

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: str
    task: Literal["tumor", "brain"]
    modality: Modality = Modality.MR
    inputs: tuple[Contrast, ...]
    required: tuple[Contrast, ...] = ()
    spacing_mm: tuple[_Positive, _Positive, _Positive] = (1.0, 1.0, 1.0)
    field: Index | None = None
    scheme: str | None
    regions: Annotated[tuple[RegionRule, ...], Field(min_length=1)]
    temperature: Annotated[float, Field(gt=0)] = 1.0
    peak: Annotated[float, Field(gt=0, lt=1)] | None = None
    volume_coverage: Annotated[float, Field(gt=0, lt=1)] = 0.9
    format: NetworkFormat = "oncometry"
    architecture: Architecture | None = None
    foreign: ForeignRules | None = None
    command: CommandLine | None = None
    data: str
    license: str
    source: str = ""
    citation: str = ""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    measured: tuple[MeasuredQuality, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _hashes_its_command(cls, given: Any) -> Any:
        """A program has no weights: what stands for them is its command line."""
        if isinstance(given, dict) and given.get("command") is not None and "sha256" not in given:
            return given | {"sha256": CommandLine.model_validate(given["command"]).sha256}
        return given

    @model_validator(mode="after")
    def _is_whole_for_its_format(self) -> NetworkCard:
        if (self.command is not None) is not (self.format == "command"):
            raise ValueError("a card has a command if its format is 'command', and only then")
        if self.command is not None and self.command.sha256 != self.sha256:
            raise ValueError("sha256 is not that of the command line: leave it out, and it is filled in")
        if self.format in ("onnx", "monai") and self.foreign is None:
            raise ValueError(
                f"a card of format {self.format!r} says in `foreign` how images go in and results come out"
            )
        if self.foreign is not None:
            names = [region.name for region in self.regions]
            self.foreign.check(names, len(self.inputs), brain=self.task == "brain")
        return self

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> NetworkCard:
        if not self.inputs or len(set(self.inputs)) < len(self.inputs):
            raise ValueError(f"inputs are sequences, each once, not {list(self.inputs)}")
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
        if (
            made is not None
            and self.task == "brain"
            and (self.field is None or made.fitting(self.field) != self.field)
        ):
            raise ValueError(
                f"a network for brain extraction has a field of multiples of {made.multiple} voxels, not {self.field}"
            )
        return self
