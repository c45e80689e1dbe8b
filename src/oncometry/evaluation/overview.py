"""All cases of one region together: each metric in summary, sizes in agreement, lesions counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from oncometry.evaluation.agreement import Agreement, agreement_of
from oncometry.evaluation.result import RegionScores
from oncometry.evaluation.settings import EvaluationSettings
from oncometry.evaluation.summary import MetricSummary, summarize

__all__ = ["METRICS", "SIZES", "RegionOverview", "conventions", "overviews"]

METRICS = (
    "dice",
    "hd95_mm",
    "surface_dice",
    "mean_surface_distance_mm",
    "lesion_dice",
    "lesion_hd95_mm",
    "lesion_f1",
    "volume_bias_ml",
    "volume_bias_percent",
    "diameter_bias_mm",
)
SIZES = (("volume", "ml"), ("diameter", "mm"))
"""Of which prediction and truth are held in agreement, and their unit."""


@dataclass(frozen=True)
class RegionOverview:
    """One region over all cases that have it.

    Attributes:
        metrics: by name of `METRICS`.
        agreement: by 'volume_ml' and 'diameter_mm'.
        sizes: of each case, (predicted, truth), by the same names; cases without both are left out.
        lesions_tp, lesions_fp, lesions_fn: summed.
        empty: cases in which one or both are empty.
    """

    region: str
    cases: int
    metrics: dict[str, MetricSummary]
    agreement: dict[str, Agreement]
    sizes: dict[str, tuple[tuple[float, float], ...]]
    lesions_tp: int
    lesions_fp: int
    lesions_fn: int
    empty: int

    def to_json(self) -> dict[str, object]:
        """Without the sizes, which the rows of cases hold."""
        return {name: value for name, value in asdict(self).items() if name != "sizes"}


def overviews(scores: Sequence[RegionScores], settings: EvaluationSettings) -> tuple[RegionOverview, ...]:
    """In the order in which regions come."""
    regions = dict.fromkeys(s.region for s in scores)
    return tuple(_overview(name, [s for s in scores if s.region == name], settings) for name in regions)


def _overview(name: str, scores: Sequence[RegionScores], settings: EvaluationSettings) -> RegionOverview:
    rows = [s.to_row() for s in scores]
    sizes = {f"{what}_{unit}": _paired(rows, what, unit) for what, unit in SIZES}
    return RegionOverview(
        region=name,
        cases=len(scores),
        metrics={m: summarize([_number(row[m]) for row in rows], settings) for m in METRICS},
        agreement={q: agreement_of([p for p, _ in both], [t for _, t in both]) for q, both in sizes.items()},
        sizes=sizes,
        lesions_tp=sum(s.lesions_tp for s in scores),
        lesions_fp=sum(s.lesions_fp for s in scores),
        lesions_fn=sum(s.lesions_fn for s in scores),
        empty=sum(bool(s.empty) for s in scores),
    )


def _paired(rows: Sequence[dict[str, object]], what: str, unit: str) -> tuple[tuple[float, float], ...]:
    both = [(_number(r[f"{what}_predicted_{unit}"]), _number(r[f"{what}_truth_{unit}"])) for r in rows]
    return tuple((p, t) for p, t in both if p is not None and t is not None)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def conventions(settings: EvaluationSettings) -> dict[str, str]:
    """What the numbers go by, in words: kept beside every result."""
    surface = {
        "surfels": "surface elements between voxels, weighed by their marching-cubes area (DeepMind surface-distance)",
        "voxels": "border voxels, each counting alike (MONAI)",
    }
    return {
        "distances": f"{surface[settings.surface]}; HD95 is the larger of both directed 95th percentiles",
        "surface_dice": f"the part of both surfaces within {settings.tolerance_mm:g} mm of the other",
        "lesions": (
            f"BraTS 2023: 26-connected after the truth is grown by {settings.dilation_voxels} voxels; truth of at most "
            f"{settings.lesion_volume_mm3:g} mm3 not counted; missed lesions and false positives score Dice 0 and "
            f"{settings.penalty_mm:g} mm; distances between surface elements"
        ),
        "empty": (
            "both empty: Dice and surface Dice 1, distances 0 mm; one empty: 0 and "
            f"{settings.penalty_mm:g} mm; these cases count in means"
        ),
        "bias": "prediction minus truth; percent of the truth, none where it is empty",
        "diameter": "longest in-plane diameter of the largest lesion as `oncometry measure` has it; 0 where empty",
        "intervals": (
            f"95 %, percentile bootstrap over cases, {settings.resamples} resamples, seed {settings.seed}"
        ),
        "agreement": "Bland and Altman: mean difference and its 1.96 standard deviations",
    }
