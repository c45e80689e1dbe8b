"""What a fold learns of its features, it learns from its training rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from oncometry.prediction.declaration import Harmonization, Preprocessing, Reliability
from oncometry.prediction.fold.chain import fit_chain
from oncometry.prediction.fold.prepared import ready_fold
from oncometry.prediction.fold.redundancy import not_redundant
from oncometry.prediction.fold.reliability import Reliabilities
from oncometry.prediction.ledger import FitLedger, Scope
from oncometry.prediction.table import Block, Column, FeatureTable


def table(
    values: np.ndarray, block: Block = Block.RADIOMICS, sites: np.ndarray | None = None
) -> FeatureTable:
    columns = tuple(Column(f"f{i}", block, f"f{i}") for i in range(values.shape[1]))
    return FeatureTable(np.array([f"P{i}" for i in range(len(values))]), columns, values, sites)


def ledger() -> FitLedger:
    return FitLedger(Scope(0, 0), frozenset({"held out"}))


def alone(made: FeatureTable, settings: Preprocessing, known: dict[str, float] | None = None) -> list[int]:
    """Places of the columns that stay of all image blocks."""
    ready = ready_fold(made, made, settings, ledger(), None if known is None else Reliabilities(known))
    return ready.chain.columns[ready.alone(made.blocks)].tolist()


def test_training_rows_leave_centered_scaled_and_without_gaps() -> None:
    values = np.random.default_rng(1).normal(5, 3, (50, 4))
    values[::7, 1] = np.nan
    chain = fit_chain(table(values), Preprocessing(), ledger())
    out = chain.transform(table(values))
    assert np.isfinite(out).all()
    assert out.mean(0) == pytest.approx(np.zeros(4), abs=1e-12)
    assert out.std(0) == pytest.approx(np.ones(4))
    assert chain.medians[1] == np.nanmedian(values[:, 1])


def test_test_rows_change_nothing_that_was_learned() -> None:
    rng = np.random.default_rng(2)
    train, test = rng.normal(size=(40, 6)), rng.normal(size=(10, 6))
    chain = fit_chain(table(train), Preprocessing(), ledger())
    alone = np.vstack([chain.transform(table(test[i : i + 1])) for i in range(10)])
    assert (chain.transform(table(test)) == alone).all()
    test[3] = 1e9
    assert (chain.transform(table(test))[:3] == alone[:3]).all()


def test_constant_and_mostly_missing_columns_do_not_enter() -> None:
    values = np.random.default_rng(3).normal(size=(30, 4))
    values[:, 0] = 7.0
    values[:20, 2] = np.nan
    chain = fit_chain(table(values), Preprocessing(), ledger())
    assert chain.columns.tolist() == [1, 3]


def test_of_two_that_say_the_same_the_more_reliable_stays() -> None:
    rng = np.random.default_rng(4)
    first = rng.normal(size=40)
    values = np.column_stack([first, np.exp(first), rng.normal(size=40)])
    settings = Preprocessing(reliability=Reliability(minimum_icc=0.5))
    assert alone(table(values), Preprocessing()) == [0, 2]
    known = {"f0": 0.6, "f1": 0.9}
    assert alone(table(values), settings, known) == [1, 2]
    assert fit_chain(table(values), settings, ledger(), {"f0": 0.4, "f2": 0.4}).columns.tolist() == [1]


def test_another_block_has_no_part_in_what_stays_of_one() -> None:
    first = np.random.default_rng(8).normal(size=40)
    twin = FeatureTable(
        np.array([f"P{i}" for i in range(40)]),
        (Column("r", Block.RADIOMICS, "r"), Column("d", Block.DOSE, "d")),
        np.column_stack([first, 2 * first]),
    )
    ready = ready_fold(twin, twin, Preprocessing(), ledger(), None)
    assert ready.alone([Block.RADIOMICS]).tolist() == [True, False]
    assert ready.alone([Block.DOSE]).tolist() == [False, True]
    assert ready.alone([Block.RADIOMICS, Block.DOSE]).sum() == 1


def test_clinical_columns_are_not_thinned() -> None:
    first = np.random.default_rng(5).normal(size=40)
    values = np.column_stack([first, first * 2])
    assert fit_chain(table(values, Block.CLINICAL), Preprocessing(), ledger()).columns.tolist() == [0, 1]


def test_no_two_that_stay_are_more_alike_than_the_limit() -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(size=(60, 5)) @ rng.normal(size=(5, 40))
    stays = not_redundant(values, np.ones(40, bool), 0.8, np.zeros(40))
    alike = np.abs(np.atleast_2d(spearmanr(values).statistic))
    kept = np.flatnonzero(stays)
    assert (alike[np.ix_(kept, kept)] - np.eye(len(kept)) <= 0.8 + 1e-12).all()
    assert all((alike[i, kept] > 0.8).any() for i in np.flatnonzero(~stays))


def test_sites_are_harmonized_from_training_rows() -> None:
    rng = np.random.default_rng(7)
    sites = np.array(["A", "B"] * 30)
    values = rng.normal(size=(60, 5)) + np.where(sites == "A", 4.0, 0.0)[:, None]
    chain = fit_chain(table(values, sites=sites), Preprocessing(harmonize=Harmonization()), ledger())
    out = chain.transform(table(values, sites=sites))
    assert np.abs(out[sites == "A"].mean(0) - out[sites == "B"].mean(0)).max() < 0.5
    seen = {row.what for row in _fitted(values, sites)}
    assert {"imputation", "scaling", "ComBat"} <= seen


def _fitted(values: np.ndarray, sites: np.ndarray) -> list:
    book = ledger()
    fit_chain(table(values, sites=sites), Preprocessing(harmonize=Harmonization()), book)
    return book.rows


def stages(levels: list[str | None], sites: np.ndarray | None = None) -> FeatureTable:
    """A category in indicators, and a radiomic that differs between sites."""
    names = sorted({x for x in levels if x is not None})
    columns = tuple(Column(f"stage={x}", Block.CLINICAL, "stage", x) for x in names)
    is_it = [[np.nan if x is None else float(x == name) for name in names] for x in levels]
    image = np.random.default_rng(9).normal(size=len(levels))
    values = np.column_stack([np.array(is_it), image, image**2])
    columns += tuple(Column(f"r{i}", Block.RADIOMICS, f"r{i}") for i in range(2))
    return FeatureTable(np.array([f"P{i}" for i in range(len(levels))]), columns, values, sites)


def test_a_category_that_is_not_known_is_filled_by_the_most_frequent_one() -> None:
    made = stages(["I"] * 12 + ["II"] * 13 + ["III"] * 14 + [None])
    chain = fit_chain(made, Preprocessing(), ledger())
    assert chain.filled(made)[-1, :3].tolist() == [0, 0, 1], "medians alone would say none of the three"
    assert (chain.filled(made)[:, :3].sum(1) == 1).all()


@pytest.mark.parametrize("levels", [["I", "II", "III"], ["I", "II", "II", "III", "IV"]])
def test_a_category_of_several_levels_can_be_kept(levels: list[str]) -> None:
    rng = np.random.default_rng(10)
    words = rng.permutation(np.resize(levels, 60)).tolist()
    sites = np.array(["A", "B", "C"] * 20)
    made = stages(words, sites)
    chain = fit_chain(made, Preprocessing(harmonize=Harmonization(keep=("stage",))), ledger())
    assert chain.harmonized is not None
    assert len(chain.harmonized.covariates) == len(set(levels)) - 1
    other = [made.columns.index(c) for c in reversed(made.columns)]
    turned = fit_chain(made.only(other), Preprocessing(harmonize=Harmonization(keep=("stage",))), ledger())
    np.testing.assert_allclose(turned.filled(made.only(other))[:, ::-1], chain.filled(made), atol=1e-9)
