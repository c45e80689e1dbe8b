"""Matching on made follow-ups whose truth is known."""

from __future__ import annotations

import pytest

from .follow_ups import drawn, score_of


def test_links_of_made_follow_ups():
    """Shift, rotation, deformation, growth, shrinkage, splits, merges, new and vanished lesions, many close."""
    links, states = score_of(list(drawn(30, 3.0)))
    assert links.right > 150
    assert links.f1 >= 0.98
    assert states.f1 >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("residual_mm", [1.0, 3.0, 5.0])
def test_links_of_many_made_follow_ups(residual_mm):
    links, states = score_of(list(drawn(500, residual_mm)))
    assert links.f1 >= 0.98
    assert states.f1 >= 0.95
