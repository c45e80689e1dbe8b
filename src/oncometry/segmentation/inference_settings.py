"""How a network is run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["BackendName", "InferenceSettings"]

BackendName = Literal["openvino", "onnxruntime", "torch"]


class InferenceSettings(BaseModel):
    """Settings of inference; what they change is speed and memory, except `mirror`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: BackendName | None = Field(
        None, description="What computes the network; by default the fastest that is installed."
    )
    threads: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Threads of the backend; by default as many as there are processors."
    )
    half: bool = Field(
        True, description="Half precision (bf16) where the processor computes in it; else float32 everywhere."
    )
    mirror: bool = Field(
        False, description="Mean with the image mirrored left to right: twice the time, a little better."
    )
    memory_gib: Annotated[float, Field(gt=0)] = Field(
        1.5, description="What the network may need in one pass; a larger image is passed in windows."
    )
    overlap: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.5, description="Part of a window that the next one covers again."
    )
