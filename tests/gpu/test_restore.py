"""The twin that restores scores on another grid against the plain definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from oncometry import _native

from ..segmentation.restored import Case, cases, check_classes, check_regions
from .twins import TWINS, on_each_twin


@on_each_twin
@settings(deadline=None, max_examples=30)
@given(case=cases())
def test_odd_grids_give_what_the_definition_says(name: str, case: Case) -> None:
    kernels = TWINS[name]().kernels
    check_classes(kernels, case)
    check_regions(kernels, case)


@on_each_twin
def test_between_oblique_grids_bits_are_those_of_the_processor(name: str) -> None:
    kernels = TWINS[name]().kernels
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (3, 9, 10, 11)).astype(np.float32)
    matrix = np.column_stack([rng.normal(0, 0.3, (3, 3)), [1.0, 2.0, 3.0]])
    told = (logits, matrix, (15, 16, 17), [0.0, 0.1, 0.2], [2, 1, 3], 1)
    for there, here in zip(kernels.restore_regions(*told), _native.restore_regions(*told), strict=True):
        assert there.tobytes() == here.tobytes()
    with pytest.raises(ValueError, match="a threshold and a label"):
        kernels.restore_regions(*told[:3], [0.0], [2, 1, 3], 1)
