"""The loss against its definition."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
loss = pytest.importorskip("oncometry.segmentation.training.loss")


def test_dice_and_cross_entropy_of_a_case_done_by_hand() -> None:
    logits = torch.zeros(1, 1, 1, 1, 2)
    truth = torch.tensor([1.0, 0.0]).reshape(1, 1, 1, 1, 2)
    dice = (2 * 0.5 + 1) / (1.0 + 1.0 + 1)
    assert float(loss.region_loss(logits, truth)) == pytest.approx(1 - dice + 0.693147, abs=1e-5)


def test_a_perfect_answer_costs_nothing_and_an_absent_region_none_either() -> None:
    truth = torch.zeros(1, 2, 4, 4, 4)
    truth[:, 0, :2] = 1
    assert float(loss.region_loss(60 * (truth - 0.5), truth)) == pytest.approx(0, abs=1e-5)


def test_coarse_levels_learn_the_share_of_their_cells() -> None:
    truth = torch.zeros(1, 1, 4, 4, 4)
    truth[..., :1] = 1
    share = torch.full((1, 1, 2, 2, 2), -20.0)
    share[..., 0] = 0.0
    fine = 60 * (truth - 0.5)
    right = float(loss.deep_loss([fine, share], truth))
    wrong = float(loss.deep_loss([fine, -share], truth))
    assert right < wrong
