"""Groups of an experiment's patients: found in features alone, then held against the outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core import Code, Notice, SettingsError
from oncometry.prediction.clusters import (
    ClusterOutcome,
    Clusters,
    ClusterSettings,
    NamedOutcome,
    View,
    cluster_outcomes,
    find_clusters,
    view,
)
from oncometry.prediction.fold.chain import fit_chain
from oncometry.prediction.fold.redundancy import not_redundant
from oncometry.prediction.fold.reliability import limits_in_fold
from oncometry.prediction.ledger import FitLedger, Scope
from oncometry.prediction.material import Material

__all__ = ["Grouped", "found_groups"]

WHOLE = Scope(-1, -1)
"""Nothing is held out: groups are no predictions."""


@dataclass(frozen=True, eq=False)
class Grouped:
    """The answer; how it goes with the outcome; two numbers a patient for the eye.

    Attributes:
        columns: (p,) names of the features that were looked at.
    """

    clusters: Clusters
    outcome: ClusterOutcome
    view: View
    columns: tuple[str, ...]
    notices: tuple[Notice, ...] = ()


def found_groups(material: Material) -> Grouped | None:
    """Look for groups, of the first row of each patient; None where they were not asked for.

    Raises:
        SettingsError: `SETTINGS`, the experiment has none of the blocks; and those of `find_clusters`.
    """
    asked = material.experiment.groups
    if asked is None:
        return None
    places = material.table.of(asked.blocks)
    if not len(places):
        raise SettingsError(
            Code.SETTINGS, f"groups: the experiment has no features of {', '.join(asked.blocks)}."
        )
    first = np.sort(np.unique(material.table.patients, return_index=True)[1])
    table = material.table.only(places).rows(first)
    ledger = FitLedger(WHOLE, frozenset())
    limits = limits_in_fold(material.reliability, table.patients, ledger)
    chain = fit_chain(table, material.experiment.preprocessing, ledger, limits)
    values = chain.transform(table)
    alone = not_redundant(values, np.ones(values.shape[1], dtype=bool), material.experiment.preprocessing.redundancy,
                          np.zeros(values.shape[1]))  # fmt: skip
    values = values[:, alone]
    settings = ClusterSettings(
        method=asked.method,
        most=asked.most,
        resamples=asked.resamples,
        draws=asked.draws,
        seed=material.experiment.seed,
    )
    clusters = find_clusters(values, [str(p) for p in table.patients], settings)
    outcome = NamedOutcome(material.outcome.name, material.outcome.task, material.outcome.y[first])
    names = tuple(table.columns[i].name for i in chain.columns[alone])
    return Grouped(clusters, cluster_outcomes(clusters, [outcome])[0], view(values), names, chain.notices)
