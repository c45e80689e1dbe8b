"""Score one region: all voxels together, and lesion by lesion."""

from __future__ import annotations

import numpy as np

from oncometry.evaluation.lesionwise import lesionwise
from oncometry.evaluation.regions import RegionPair
from oncometry.evaluation.result import RegionScores, Sizes
from oncometry.evaluation.settings import EvaluationSettings
from oncometry.evaluation.surface import surface_distances

__all__ = ["evaluate_pair"]


def evaluate_pair(pair: RegionPair, settings: EvaluationSettings | None = None) -> RegionScores:
    """Hold a region of the prediction against that of the truth.

    Both empty: Dice and surface Dice 1, distances 0. One empty: 0 and `penalty_mm`. The result says which.
    """
    chosen = settings or EvaluationSettings()
    predicted, truth = int(np.count_nonzero(pair.predicted)), int(np.count_nonzero(pair.truth))
    both = int(np.count_nonzero(pair.predicted & pair.truth))
    if predicted and truth:
        empty = ""
        surfaces = surface_distances(pair.predicted, pair.truth, pair.geometry.spacing_mm, chosen.surface)
        distances = surfaces.percentile_mm(95), surfaces.dice(chosen.tolerance_mm), surfaces.mean_mm()
    elif predicted or truth:
        empty = "truth" if predicted else "prediction"
        distances = chosen.penalty_mm, 0.0, chosen.penalty_mm
    else:
        empty, distances = "both", (0.0, 1.0, 0.0)
    lesions = lesionwise(pair, chosen)
    voxel_ml = pair.geometry.voxel_volume_mm3 / 1000
    return RegionScores(
        region=pair.name,
        dice=2.0 * both / (predicted + truth) if predicted + truth else 1.0,
        hd95_mm=distances[0],
        surface_dice=distances[1],
        mean_surface_distance_mm=distances[2],
        lesion_dice=lesions.dice,
        lesion_hd95_mm=lesions.hd95_mm,
        lesion_f1=lesions.f1,
        lesions_tp=lesions.true_positives,
        lesions_fp=lesions.false_positives,
        lesions_fn=lesions.false_negatives,
        voxels_tp=both,
        voxels_fp=predicted - both,
        voxels_fn=truth - both,
        sizes=Sizes(predicted * voxel_ml, truth * voxel_ml),
        empty=empty,
    )
