"""How a network of another make takes images and gives results: what its file does not say, its card must."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["CommandLine", "ForeignRules", "HeadGrid"]

_FROZEN = ConfigDict(frozen=True, extra="forbid")
INPUT, OUTPUT = "{input}", "{output}"
HOUR_S = 3600.0


class HeadGrid(BaseModel):
    """The grid of a network that finds the brain, as FreeSurfer's programs conform a head.

    All that is above 0, without a margin; each voxel has the value of the image's nearest.

    Attributes:
        least, most: voxels along an axis; what is longer is cut about its middle.
    """

    model_config = _FROZEN

    least: Annotated[int, Field(ge=1, le=1024)]
    most: Annotated[int, Field(ge=1, le=1024)]


class ForeignRules(BaseModel):
    """Images to channels, and channels to regions.

    Attributes:
        axes: in which order it saw voxels: to the patient's left, back and head (LPS), right, front and head (RAS), or left,
            feet and front (LIA, as FreeSurfer has it).
        intensity: mean 0 and deviation 1 of the voxels that are not 0 ('nonzero', as BraTS networks have it) or of the brain,
            clipped ('brain', as ours); from 0, the least, to 1, the 99th percentile of the grid, clipped ('percentile');
            or values as they are ('none').
        multiple: sizes must be multiples of so many voxels.
        window: (i, j, k) voxels of one pass; None for the whole grid in one.
        head: the grid about a whole head; None for one about the brain, or the image, and a margin.
        activation: what makes its outputs probabilities: 'sigmoid' of each, 'softmax' over all, or 'distance', where they are
            distances in mm from a region's border, negative inside.
        outputs: with 'sigmoid' and 'distance', the card's regions in the order of its channels.
        classes: with 'softmax', the label of each channel, 0 for background.
        border_mm: with 'distance', below which a voxel is in the region.
    """

    model_config = _FROZEN

    axes: Literal["LPS", "RAS", "LIA"] = "RAS"
    intensity: Literal["nonzero", "brain", "percentile", "none"] = "nonzero"
    multiple: Annotated[int, Field(ge=1, le=256)] = 16
    window: tuple[int, int, int] | None = None
    head: HeadGrid | None = None
    activation: Literal["sigmoid", "softmax", "distance"] = "sigmoid"
    outputs: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    border_mm: Annotated[float, Field(allow_inf_nan=False)] = 0.0

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> ForeignRules:
        if self.activation == "softmax" and (self.outputs or 0 not in self.classes):
            raise ValueError(
                "with 'softmax', `classes` names the label of each channel, 0 for background, and `outputs` nothing"
            )
        if self.activation != "softmax" and (self.classes or not self.outputs):
            raise ValueError(
                f"with {self.activation!r}, `outputs` names the region of each channel, and `classes` nothing"
            )
        if self.border_mm and self.activation != "distance":
            raise ValueError("`border_mm` is of outputs that are distances")
        if self.window is not None and any(n < 1 or n % self.multiple for n in self.window):
            raise ValueError(f"window {self.window} is no multiple of {self.multiple} voxels")
        return self

    @model_validator(mode="after")
    def _has_a_head_that_fits(self) -> ForeignRules:
        if self.head is None:
            return self
        least, most = self.head.least, self.head.most
        if least > most or least % self.multiple or most % self.multiple:
            raise ValueError(f"head: {least} to {most} voxels are no range of multiples of {self.multiple}")
        if self.window is not None and max(self.window) > least:
            raise ValueError(f"window {self.window} is larger than a head of {least} voxels")
        if self.intensity == "brain":
            raise ValueError(
                "intensity 'brain' needs a brain: a network that takes a whole head has none yet"
            )
        return self

    @property
    def channels(self) -> int:
        """How many outputs it has."""
        return len(self.outputs) or len(self.classes)

    def check(self, regions: Sequence[str], inputs: int, *, brain: bool) -> None:
        """Refuse rules that are not of these regions.

        Args:
            inputs: how many images the network takes.
            brain: whether it finds the brain.

        Raises:
            ValueError: with what does not fit.
        """
        if self.head is not None and not (brain and inputs == 1):
            raise ValueError("`head` is of a network of task 'brain' with one input")
        if self.activation != "softmax" and sorted(self.outputs) != sorted(regions):
            raise ValueError(f"outputs {list(self.outputs)} are not the regions {list(regions)}")


class CommandLine(BaseModel):
    """A program that reads NIfTI files from a folder and writes a label map.

    Attributes:
        arguments: the program, then what it is told; `{input}` is the folder of images, `{output}` the file it is to write.
            No shell reads them.
        suffixes: of the images' names in that folder, in the order of the card's inputs: '_0000' gives case_0000.nii.gz.
        timeout_s: after which it is stopped, with what it started.
        labels: of its label map -> of the card's scheme; others are refused. Empty where they are the same.
    """

    model_config = _FROZEN

    arguments: Annotated[tuple[str, ...], Field(min_length=2)]
    suffixes: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]*$")], ...]
    timeout_s: Annotated[float, Field(gt=0)] = HOUR_S
    labels: dict[int, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_its_places(self) -> CommandLine:
        for place in (INPUT, OUTPUT):
            if not any(place in argument for argument in self.arguments[1:]):
                raise ValueError(f"the command has no {place}")
        return self

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    @property
    def sha256(self) -> str:
        """Of the command line: what stands for weights."""
        return hashlib.sha256("\0".join(self.arguments).encode()).hexdigest()
