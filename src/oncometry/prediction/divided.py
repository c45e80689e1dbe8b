"""All divisions of an experiment's examples: repeated folds, sites held out once, and folds for the final model's settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice
from oncometry.prediction.material import Material
from oncometry.prediction.splits import Split, inner_splits, nested_splits, site_splits

__all__ = ["FOLDS", "Divided", "divided", "final_folds", "not_held_out", "reference_site"]

FOLDS = 20_000
"""Of the seed: the final model's folds and draws."""

Inner = tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]


@dataclass(frozen=True, eq=False)
class Divided:
    """Splits of the repeats, those that hold a site out, and the (train, test) folds of the final model's settings."""

    splits: tuple[Split, ...]
    held_out: tuple[Split, ...]
    final: Inner

    def trained_on(self) -> Iterator[NDArray[np.intp]]:
        """Rows of every part that something is fitted on, the inner ones too."""
        for split in (*self.splits, *self.held_out):
            yield split.train
            for inner, _ in split.inner:
                yield split.train[inner]
        for train, _ in self.final:
            yield train


def reference_site(material: Material) -> str | None:
    """The site whose scale others are brought to, where one is declared: without it there is no scale."""
    harmonize = material.experiment.preprocessing.harmonize
    return None if harmonize is None else harmonize.reference_site


def divided(material: Material) -> Divided:
    """The splits that a declaration asks for; a declared reference site is not held out.

    Raises:
        SettingsError: `TOO_FEW_PATIENTS`.
    """
    chosen, seed = material.experiment.validation, material.experiment.seed
    strata, patients, sites = material.outcome.strata, material.table.patients, material.table.sites
    splits = nested_splits(strata, patients, chosen.folds, chosen.inner_folds, chosen.repeats, seed)
    held_out = [] if sites is None else site_splits(strata, patients, sites, chosen.inner_folds, seed)
    kept = tuple(s for s in held_out if s.held_out_site != reference_site(material))
    return Divided(tuple(splits), kept, final_folds(material))


def final_folds(material: Material) -> Inner:
    """(train, test) rows by which the settings of the final model are chosen."""
    chosen, seed = material.experiment.validation, material.experiment.seed
    return inner_splits(material.outcome.strata, material.table.patients, chosen.inner_folds, (seed, FOLDS))


def not_held_out(material: Material, held_out: Sequence[Split]) -> list[Notice]:
    """Why sites were not held out."""
    if material.table.sites is None:
        return []
    reference, held = reference_site(material), {s.held_out_site for s in held_out}
    left = [str(s) for s in np.unique(material.table.sites) if str(s) not in held and str(s) != reference]
    found = []
    if reference is not None:
        told = f"site {reference} is the one whose scale others are brought to: it was not held out."
        found.append(Notice(Code.SITE_UNSEEN, told))
    if left:
        told = f"without site {', '.join(left[:5])} an outcome is too rare to be learned: {len(left)} sites were not held out."
        found.append(Notice(Code.SITE_CONFOUNDED, told))
    return found
