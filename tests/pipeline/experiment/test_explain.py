"""A validated experiment is explained fold by fold, and what is done is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.report.made_experiment import BUDGET, made_result

from oncometry.pipeline import progress_for
from oncometry.pipeline.experiment import explain
from oncometry.prediction.feature_sets import NOTHING

pytestmark = pytest.mark.storeless


def test_folds_are_explained_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = made_result()
    with progress_for(quiet=True) as reporter:
        first = explain.explain_experiment(result, tmp_path, 1, reporter, BUDGET)
        assert first is not None
        assert len(list((tmp_path / explain.PARTS).glob("explained-*.json"))) == 3

        def never(*_: object) -> None:
            raise AssertionError("a fold is explained again")

        monkeypatch.setattr(explain, "explain_fold", never)
        again = explain.explain_experiment(result, tmp_path, 1, reporter, BUDGET)
    assert again is not None
    np.testing.assert_array_equal(first.shapley.values, again.shapley.values)
    assert len(first.shapley.output) == 60
    assert first.unlike < 1e-9
    assert (first.model, first.features) == ("best", "combined")
    assert first.features != NOTHING
