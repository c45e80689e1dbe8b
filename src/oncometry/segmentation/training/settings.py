"""How a network is trained; parsed once from the configuration of `oncometry train`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["LearningSettings"]

Positive = Annotated[float, Field(gt=0)]


class LearningSettings(BaseModel):
    """How a network learns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(20_000, ge=1, description="Updates of the weights in all.")
    batch: int = Field(1, ge=1, description="Patches an update.")
    patch: tuple[int, int, int] = Field(
        (96, 96, 96), description="Voxels of a patch; each a multiple of what the architecture asks."
    )
    learning_rate: Positive = Field(
        1e-3, description="Of AdamW, after the warm-up; it falls to nothing as a cosine."
    )
    warm_up: int = Field(100, ge=0, description="Steps in which the learning rate rises.")
    weight_decay: float = Field(1e-4, ge=0)
    clip_norm: Positive = Field(12.0, description="Longest gradient.")
    average: float = Field(
        0.998,
        ge=0,
        lt=1,
        description="How much of the running mean of the weights a step keeps; the mean is what is shipped.",
    )
    seed: int = Field(0, ge=0, description="Step n of two trainings of one seed sees the same images.")
    device: str = Field(
        "auto", description="'cpu', 'cuda', 'cuda:1' ...; 'auto' takes a GPU where there is one."
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="Of convolutions; 'auto' is bfloat16 on a GPU, float32 on a CPU."
    )
    threads: int | None = Field(None, ge=1, description="Of the CPU; null leaves it to torch.")
    check_every: int = Field(500, ge=1, description="Steps between two looks at images that are held out.")
    checks: int = Field(8, ge=1, description="Patches looked at.")
    save_every: int = Field(100, ge=1, description="Steps that a kill may cost.")
    minutes: Positive | None = Field(
        None, description="Stop after so long; the same command goes on from there."
    )
