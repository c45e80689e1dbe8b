"""Two segmentations of one grid, a prediction and the truth -> how well they agree, by case and in summary."""

from oncometry.evaluation.agreement import Agreement, agreement_of
from oncometry.evaluation.evaluate import evaluate_pair
from oncometry.evaluation.lesionwise import LesionScore, Lesionwise, lesionwise
from oncometry.evaluation.overview import METRICS, RegionOverview, conventions, overviews
from oncometry.evaluation.regions import RegionPair, one_scheme, paired_regions, restated
from oncometry.evaluation.result import RegionScores, Sizes
from oncometry.evaluation.settings import EvaluationSettings
from oncometry.evaluation.summary import Interval, MetricSummary, summarize
from oncometry.evaluation.surface import SurfaceDistances, surface_distances

__all__ = [
    "METRICS",
    "Agreement",
    "EvaluationSettings",
    "Interval",
    "LesionScore",
    "Lesionwise",
    "MetricSummary",
    "RegionOverview",
    "RegionPair",
    "RegionScores",
    "Sizes",
    "SurfaceDistances",
    "agreement_of",
    "conventions",
    "evaluate_pair",
    "lesionwise",
    "one_scheme",
    "overviews",
    "paired_regions",
    "restated",
    "summarize",
    "surface_distances",
]
