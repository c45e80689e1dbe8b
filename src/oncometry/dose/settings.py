"""What is told of the dose in each structure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from oncometry.dose.metrics import DEFAULT_METRICS, metric_named

__all__ = ["DoseSettings"]


class DoseSettings(BaseModel):
    """How dose is summarized."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metrics: tuple[str, ...] = Field(
        DEFAULT_METRICS,
        description="Dose metrics: D2%, D2cc, V20Gy(%), V20Gy(cc), gEUD(8), mean, min, max, volume.",
    )
    alpha_beta_gy: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="Alpha/beta in Gy, by which doses are given as EQD2 too; null gives none. Needs the number of fractions.",
    )
    fractions: int | None = Field(
        None, ge=1, le=200, description="Number of fractions, where no plan states it; it wins over a plan's."
    )
    ntcp: bool = Field(
        True, description="Whether published NTCP models are applied to structures of their organ's name."
    )
    features: bool = Field(
        False,
        description="Dosiomics: the features of profile 'ibsi' of the dose in each structure of a run, on the dose's grid.",
    )
    feature_bin_gy: float = Field(
        1.0, gt=0, allow_inf_nan=False, description="Width of the gray levels of dosiomics, from 0 Gy on."
    )

    @field_validator("metrics")
    @classmethod
    def _are_metrics(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(metric_named(name).name for name in names))
