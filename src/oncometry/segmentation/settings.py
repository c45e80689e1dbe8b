"""Which network a run segments with, and when."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.registry import STARTERS

__all__ = ["SegmentationSettings"]


class SegmentationSettings(BaseModel):
    """What a run does for visits with MR of the brain that came without a mask."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: Literal["missing", "never"] = Field(
        "missing", description="'missing' segments visits that came without any mask; 'never' segments none."
    )
    network: str | None = Field(
        STARTERS["tumor"],
        description="What finds the tumor: a network by name, or the path of its weights or card; null segments none.",
    )
    brain: str | None = Field(
        STARTERS["brain"],
        description="What finds the brain where the skull is on, by name or path; null takes the head as it is.",
    )
    inference: InferenceSettings = Field(
        InferenceSettings(),
        description="How networks are run. Threads that are not stated are shared by the patients that are worked on at once.",
    )
    saliency: bool = Field(
        False,
        description="Also ask where the network looked, written beside each of its masks; a run of it for each patch.",
    )
