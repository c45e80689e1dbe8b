"""Why a model says what it says: contributions of features, their ranking, and how far both hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.prediction.explanation.model_output import ModelOutput, Players, each_column
    from oncometry.prediction.explanation.partial_dependence import PartialDependence, partial_dependence
    from oncometry.prediction.explanation.permutation_importance import (
        PermutationImportance,
        correlated_players,
        permutation_importance,
    )
    from oncometry.prediction.explanation.permuted_labels import ImportanceOverChance, importance_over_chance
    from oncometry.prediction.explanation.shapley import (
        MOST_EXACT,
        ShapleyMethod,
        ShapleyValues,
        joined,
        shapley_values,
    )
    from oncometry.prediction.explanation.stability import (
        RankingStability,
        SelectionStability,
        ranking_stability,
        selection_stability,
    )
    from oncometry.prediction.explanation.waterfall import Waterfall, WaterfallStep, waterfall

__all__ = [
    "MOST_EXACT",
    "ImportanceOverChance",
    "ModelOutput",
    "PartialDependence",
    "PermutationImportance",
    "Players",
    "RankingStability",
    "SelectionStability",
    "ShapleyMethod",
    "ShapleyValues",
    "Waterfall",
    "WaterfallStep",
    "correlated_players",
    "each_column",
    "importance_over_chance",
    "joined",
    "partial_dependence",
    "permutation_importance",
    "ranking_stability",
    "selection_stability",
    "shapley_values",
    "waterfall",
]

open_lazily(
    __name__,
    {
        "ImportanceOverChance": "oncometry.prediction.explanation.permuted_labels",
        "MOST_EXACT": "oncometry.prediction.explanation.shapley",
        "ModelOutput": "oncometry.prediction.explanation.model_output",
        "PartialDependence": "oncometry.prediction.explanation.partial_dependence",
        "PermutationImportance": "oncometry.prediction.explanation.permutation_importance",
        "Players": "oncometry.prediction.explanation.model_output",
        "RankingStability": "oncometry.prediction.explanation.stability",
        "SelectionStability": "oncometry.prediction.explanation.stability",
        "ShapleyMethod": "oncometry.prediction.explanation.shapley",
        "ShapleyValues": "oncometry.prediction.explanation.shapley",
        "Waterfall": "oncometry.prediction.explanation.waterfall",
        "WaterfallStep": "oncometry.prediction.explanation.waterfall",
        "correlated_players": "oncometry.prediction.explanation.permutation_importance",
        "each_column": "oncometry.prediction.explanation.model_output",
        "importance_over_chance": "oncometry.prediction.explanation.permuted_labels",
        "joined": "oncometry.prediction.explanation.shapley",
        "partial_dependence": "oncometry.prediction.explanation.partial_dependence",
        "permutation_importance": "oncometry.prediction.explanation.permutation_importance",
        "ranking_stability": "oncometry.prediction.explanation.stability",
        "selection_stability": "oncometry.prediction.explanation.stability",
        "shapley_values": "oncometry.prediction.explanation.shapley",
        "waterfall": "oncometry.prediction.explanation.waterfall",
    },
)
