"""Who is trained on and who is tested: by patient, balanced by outcome, repeated, and each site held out once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, SettingsError

__all__ = ["Split", "deal", "inner_splits", "nested_splits", "site_splits"]

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Split:
    """One division of the examples.

    Attributes:
        repeat, fold: which it is, from 0; a held-out site is a fold of repeat -1.
        train, test: places of rows.
        inner: (train, test) places within `train`, for choosing settings.
        held_out_site: the site that is tested, if it is one.
    """

    repeat: int
    fold: int
    train: Rows
    test: Rows
    inner: tuple[tuple[Rows, Rows], ...]
    held_out_site: str | None = None


def nested_splits(
    strata: NDArray[np.int64],
    patients: NDArray[np.str_],
    folds: int,
    inner_folds: int,
    repeats: int,
    seed: int,
) -> list[Split]:
    """All outer splits with their inner ones.

    Args:
        strata: (n,) what is balanced.
        patients: (n,) rows of one patient stay together.

    Raises:
        SettingsError: `TOO_FEW_PATIENTS`, a stratum has fewer patients than folds.
    """
    _check_enough(strata, patients, folds)
    found = []
    for repeat in range(repeats):
        dealt = deal(strata, patients, folds, np.random.default_rng((seed, repeat)))
        for fold in range(folds):
            train, test = np.flatnonzero(dealt != fold), np.flatnonzero(dealt == fold)
            inner = inner_splits(strata[train], patients[train], inner_folds, (seed, repeat, fold))
            found.append(Split(repeat, fold, train, test, inner))
    return found


def site_splits(
    strata: NDArray[np.int64],
    patients: NDArray[np.str_],
    sites: NDArray[np.str_],
    inner_folds: int,
    seed: int,
) -> list[Split]:
    """Each site tested once by what the others teach; one without which an outcome is too rare to be learned is left out.

    Patients of the site who were seen elsewhere too are not trained on.
    """
    found = []
    for fold, site in enumerate(np.unique(sites)):
        test = np.flatnonzero(sites == site)
        train = np.flatnonzero((sites != site) & ~np.isin(patients, patients[test]))
        left = [len(np.unique(patients[train][strata[train] == s])) for s in np.unique(strata)]
        if min(left) < inner_folds:
            continue
        inner = inner_splits(strata[train], patients[train], inner_folds, (seed, 10_000, fold))
        found.append(Split(-1, fold, train, test, inner, str(site)))
    return found


def deal(
    strata: NDArray[np.int64], patients: NDArray[np.str_], folds: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """(n,) fold of each row: the patients of each stratum are shuffled and dealt in turn, on from where the last stopped.

    A patient's stratum is the highest of its rows.
    """
    names, first = np.unique(patients, return_inverse=True)
    highest = np.full(len(names), strata.min(), dtype=np.int64)
    np.maximum.at(highest, first, strata)
    fold = np.empty(len(names), dtype=np.intp)
    turn = 0
    for stratum in np.unique(highest):
        members = rng.permutation(np.flatnonzero(highest == stratum))
        fold[members] = (turn + np.arange(len(members))) % folds
        turn += len(members)
    return fold[first]


def inner_splits(
    strata: NDArray[np.int64], patients: NDArray[np.str_], folds: int, seed: tuple[int, ...]
) -> tuple[tuple[Rows, Rows], ...]:
    """(train, test) places of rows, for choosing settings."""
    dealt = deal(strata, patients, folds, np.random.default_rng(seed))
    return tuple((np.flatnonzero(dealt != f), np.flatnonzero(dealt == f)) for f in range(folds))


def _check_enough(strata: NDArray[np.int64], patients: NDArray[np.str_], folds: int) -> None:
    for stratum in np.unique(strata):
        there = len(np.unique(patients[strata == stratum]))
        if there < folds:
            raise SettingsError(
                Code.TOO_FEW_PATIENTS,
                f"{there} patients have outcome {stratum}, fewer than the {folds} folds.",
                advice="Gather more patients, or use fewer folds and say that nothing was validated.",
            )
