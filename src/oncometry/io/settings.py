"""What a user may choose about reading."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from oncometry.core import Contrast, scheme_named
from oncometry.io.label_meaning import NAMED

__all__ = ["CurateSettings"]


class CurateSettings(BaseModel):
    """How input is read and linked."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    scheme: str | None = Field(
        None, description="Label scheme of all masks; guessed and announced if absent."
    )
    geometry: Literal["strict", "sform", "qform"] = Field(
        "strict", description="Which NIfTI form to trust where the two disagree; strict refuses."
    )
    slices: Literal["strict", "longest-run"] = Field(
        "strict",
        description="What becomes of a DICOM series that lacks slices or whose slices are not evenly spaced and parallel: "
        "strict refuses it, longest-run takes the longest run of slices that are, sets the others aside and says so.",
    )
    visit_window_days: int = Field(
        30,
        ge=0,
        description="Series of one study belong to one time point; studies that show something else (CT beside MR) "
        "join it within this window.",
    )
    contrast_map: dict[str, Contrast] = Field(
        default_factory=dict,
        description="Regular expression on the series description or file name, whatever its case -> contrast; "
        "it wins over the classifier.",
    )

    @field_validator("scheme")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name not in (None, NAMED):
            scheme_named(str(name))
        return name

    @field_validator("contrast_map")
    @classmethod
    def _compiles(cls, contrasts: dict[str, Contrast]) -> dict[str, Contrast]:
        for pattern in contrasts:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression ({error})") from error
        return contrasts

    max_file_gib: float = Field(2.0, gt=0, description="Larger declared volumes are refused from the header.")
