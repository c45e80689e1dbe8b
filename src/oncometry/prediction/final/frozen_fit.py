"""A whole fitted chain as numbers: what is missing filled, sites brought together, scaled, the model, its calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.final.site_effects import SiteEffects, check_places, site_effects
from oncometry.prediction.fold.calibrate import Platt, log_odds
from oncometry.prediction.fold.chain import Chain
from oncometry.prediction.models.frozen import Frozen, freeze, thaw
from oncometry.prediction.models.frozen.unsafe import Json, Part, refuse
from oncometry.prediction.outcome import Task
from oncometry.prediction.predicted import Predicted
from oncometry.prediction.table import Matrix

__all__ = ["FrozenFit", "frozen_fit"]

Numbers = NDArray[np.float64]
_PARTS = ("chain", "model", "effects")


@dataclass(frozen=True, eq=False)
class FrozenFit:
    """Predicts rows of a table as the chain and the model did that it was made of.

    Attributes:
        places: (q,) of the table's columns that the model is given, in its order.
        medians, centers, scales: (q,) what stands for a missing value, and what is taken off.
        model: as numbers.
        decides: two classes: whether the model orders rows by a decision, not by a probability.
        platt: of two classes; None where the model's own probabilities hold.
        effects: of sites; None where nothing was harmonized.
    """

    places: NDArray[np.int64]
    medians: Numbers
    centers: Numbers
    scales: Numbers
    model: Frozen
    decides: bool
    platt: Platt | None = None
    effects: SiteEffects | None = None

    def transform(self, table: Matrix, sites: NDArray[np.str_] | None) -> Matrix:
        """(n, q) what the model is given of rows (n, p), NaN where missing."""
        values = table[:, self.places]
        values = np.where(np.isfinite(values), values, self.medians)
        if self.effects is not None and sites is not None:
            values = self.effects.apply(values, table, sites)
        return np.asarray((values - self.centers) / self.scales)

    def predict(
        self,
        table: Matrix,
        sites: NDArray[np.str_] | None,
        task: Task,
        times_days: Numbers,
        horizon_days: float | None,
    ) -> Predicted:
        """All that it says of rows (n, p), as `predicted_by` says it of the model that was fitted."""
        values = self.transform(table, sites)
        if task is Task.BINARY:
            return self._binary(values)
        if task is Task.CONTINUOUS:
            return Predicted(np.asarray(self.model.predict(values), dtype=np.float64))
        if task is Task.ORDINAL:
            chances = self.model.predict_proba(values)
            return Predicted(chances @ np.arange(chances.shape[1]), chances)
        free = self.model.predict_survival(values, times_days)
        at = np.flatnonzero(times_days == horizon_days)
        score = np.asarray(self.model.predict(values), dtype=np.float64)
        return Predicted(score, 1 - free[:, at[0]] if len(at) else None, free)

    def _binary(self, values: Numbers) -> Predicted:
        if self.decides:
            score = self.model.decision_function(values)
            logit = score
        else:
            score = self.model.predict_proba(values)[:, 1]
            logit = log_odds(score)
        chance = self.model.predict_proba(values)[:, 1] if self.platt is None else self.platt.apply(logit)
        return Predicted(score, chance)

    def filled(self, row: Numbers, others: Numbers) -> Numbers:
        """(p,) a row without gaps, of which it says the same; what it does not look at is filled from `others` (p,)."""
        found = others.copy()
        if self.effects is not None:
            found[self.effects.covariates] = self.effects.covariate_medians
        found[self.places] = self.medians
        return np.where(np.isfinite(row), row, found)

    def used(self) -> set[int]:
        """Places of the table's columns that it looks at."""
        kept = () if self.effects is None else self.effects.covariates.tolist()
        return {*self.places.tolist(), *kept}

    def moved(self, places: Mapping[int, int]) -> FrozenFit:
        """The same of a table whose columns are elsewhere: old place -> new place."""

        def there(old: NDArray[np.int64]) -> NDArray[np.int64]:
            return np.array([places[int(i)] for i in old], dtype=np.int64)

        effects = self.effects
        if effects is not None:
            effects = replace(effects, covariates=there(effects.covariates))
        return replace(self, places=there(self.places), effects=effects)

    def state(self) -> tuple[dict[str, Json], dict[str, NDArray[Any]]]:
        """JSON-able parameters, and arrays by name."""
        model, of_model = self.model.state()
        parameters: dict[str, Json] = {
            "chain": {"kind": "chain", "decides": self.decides, "platt": self.platt is not None},
            "model": model,
        }
        chain = {name: getattr(self, name) for name in ("places", "medians", "centers", "scales")}
        platt = [] if self.platt is None else [self.platt.slope, self.platt.intercept]
        arrays = {f"chain.{name}": a for name, a in chain.items()}
        arrays |= {"chain.platt": np.array(platt)} | {f"model.{name}": a for name, a in of_model.items()}
        if self.effects is not None:
            parameters["effects"], of_effects = self.effects.state()
            arrays |= {f"effects.{name}": a for name, a in of_effects.items()}
        return parameters, arrays

    @classmethod
    def from_state(
        cls, parameters: Mapping[str, Json], arrays: Mapping[str, NDArray[Any]], columns: int
    ) -> FrozenFit:
        """The fit that a state tells, of a table of so many columns; what comes is not trusted.

        Raises:
            CorruptInputError: `MODEL_UNSAFE`.
        """
        if not {"chain", "model"} <= set(parameters) <= set(_PARTS):
            refuse(f"fit has the parts {sorted(parameters)}")
        if any(name.split(".")[0] not in parameters for name in arrays):
            refuse(f"fit has arrays {sorted(arrays)[:4]} of no part")
        chain, model = (Part.of(name, parameters, arrays) for name in ("chain", "model"))
        chain.only({"decides", "platt"}, {"places", "medians", "centers", "scales", "platt"})
        places = chain.integers("places", np.int64, None)
        check_places(places, columns, "chain")
        q = len(places)
        made = thaw(model.settings, model.arrays)
        scales, platt = chain.floats("scales", q), chain.floats("platt", 2 if chain.flag("platt") else 0)
        if made.n_features_in_ != q or (scales == 0).any():
            refuse(f"chain gives {q} columns, the model takes {made.n_features_in_}, or a scale is 0")
        effects = None
        if "effects" in parameters:
            effects = SiteEffects.read(Part.of("effects", parameters, arrays), columns, q)
        return cls(
            places, chain.floats("medians", q), chain.floats("centers", q), scales, made, chain.flag("decides"),
            Platt(float(platt[0]), float(platt[1])) if len(platt) else None, effects,
        )  # fmt: skip


def frozen_fit(
    chain: Chain, columns: NDArray[np.intp], estimator: Any, platt: Platt | None, task: Task
) -> FrozenFit:
    """What was fitted, as numbers.

    Args:
        columns: (q,) places within the chain's columns that the model was given.
        estimator: fitted on them.
    """
    within = chain.leaving[columns]
    return FrozenFit(
        chain.entering[within].astype(np.int64),
        chain.medians[within],
        chain.centers[columns],
        chain.scales[columns],
        freeze(estimator),
        task is Task.BINARY and hasattr(estimator, "decision_function"),
        platt,
        site_effects(chain, columns),
    )
