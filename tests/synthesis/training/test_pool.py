"""Tumors lie in the brain, one part within the other, and the same seed grows the same head."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.synthesis.training.heads import shell_head

from oncometry.synthesis.training.classes import BRAIN, CLASSES, TUMOR, HeadClass
from oncometry.synthesis.training.dress import dress
from oncometry.synthesis.training.pool import pooled_head
from oncometry.synthesis.training.tumors import draw_tumor, with_tumor

HEAD = shell_head()


def test_a_tumor_replaces_parenchyma_only() -> None:
    for seed in range(4):
        grown = with_tumor(HEAD, draw_tumor(HEAD, np.random.default_rng(seed)))
        changed = HEAD[grown != HEAD]
        assert changed.size > 0
        assert set(np.unique(changed)) <= {HeadClass.WHITE_MATTER, HeadClass.CORTEX}
        assert set(np.unique(grown[grown != HEAD])) <= set(TUMOR)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_share_that_enhances_is_what_was_drawn(share: float) -> None:
    plan = replace(
        draw_tumor(HEAD, np.random.default_rng(3)), enhancing_share=share, radius_mm=10.0, rim_mm=99.0
    )
    grown = with_tumor(HEAD, plan)
    enhancing = np.count_nonzero(grown == HeadClass.ENHANCING)
    other = np.count_nonzero(grown == HeadClass.NON_ENHANCING)
    assert enhancing + other > 500
    assert enhancing / (enhancing + other) == pytest.approx(share, abs=0.01)


def test_a_thin_rim_leaves_necrosis_inside() -> None:
    plan = replace(
        draw_tumor(HEAD, np.random.default_rng(3)), enhancing_share=1.0, radius_mm=12.0, rim_mm=2.0
    )
    grown = with_tumor(HEAD, plan)
    assert np.count_nonzero(grown == HeadClass.NECROSIS) > 200
    assert np.count_nonzero(grown == HeadClass.ENHANCING) > 200


def test_dressing_adds_vessels_and_dura_in_fluid_alone() -> None:
    dressed = dress(HEAD, np.random.default_rng(1))
    added = np.isin(dressed, (HeadClass.VESSEL, HeadClass.DURA))
    assert added.any()
    assert (HEAD[added] == HeadClass.CSF).all()


def test_a_pooled_head_is_its_seed_again_and_counts_its_brain() -> None:
    one, two = (pooled_head(HEAD, np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(one.labels, two.labels)
    inside = np.isin(one.labels, BRAIN)
    assert one.histogram.shape == (CLASSES,)
    assert one.histogram.sum() == inside.sum()
    assert np.isin(one.labels[tuple(one.tumor.T)], TUMOR).all()
