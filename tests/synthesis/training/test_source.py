"""Grown heads are kept as long as what decides them is the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from oncometry.synthesis.training import source
from oncometry.synthesis.training.pool import PooledHead

HEAD = np.zeros((4, 4, 4), np.uint8)


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read to be grown."""
    pooled = PooledHead(HEAD, np.zeros(2), np.zeros((0, 3)), 1.0)
    monkeypatch.setattr(source, "pooled_head", lambda *_: pooled)
    monkeypatch.setattr(source, "halved", lambda head: head)
    return []


def test_a_head_is_grown_again_where_anything_that_decides_it_is_another(
    tmp_path: Path, grown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def grow(*names: str, sha256: str = "a", seed: int = 1, brain: bool = False) -> list[str]:
        def read(name: str) -> np.ndarray:
            grown.append(name)
            return HEAD

        heads = [source.LabeledHead(name, sha256, lambda name=name: read(name)) for name in names]
        grown.clear()
        pool = source.pool_files(heads, 2, seed, tmp_path, brain=brain)
        source.grow_pool(heads, pool, seed, lambda *_: None, brain=brain)
        return list(grown)

    assert grow("one", "two") == ["one", "two"]
    assert grow("one", "two") == []
    assert grow("one", "two", sha256="b") == ["one", "two"]
    assert grow("one", "two", seed=2) == ["one", "two"]
    assert grow("one", "two", brain=True) == ["one", "two"]
    assert grow("two") == ["two"]
    monkeypatch.setattr(source, "VERSION", source.VERSION + 1)
    assert grow("one", "two") == ["one", "two"]
