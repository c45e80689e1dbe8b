"""FreeSurfer's numbers become classes; others are refused."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, LabelError
from oncometry.synthesis.training.classes import BRAIN, TUMOR, HeadClass, classes_of


def test_both_sides_are_one_class() -> None:
    labels = np.array([[[2, 41], [3, 42]]], np.int16)
    assert classes_of(labels).tolist() == [[[1, 1], [2, 2]]]


def test_a_number_that_no_head_has_is_refused_by_its_value() -> None:
    with pytest.raises(LabelError, match="777") as caught:
        classes_of(np.full((2, 2, 2), 777))
    assert caught.value.code is Code.LABEL_UNKNOWN


def test_fluid_far_from_the_brain_is_that_of_the_spinal_canal() -> None:
    labels = np.zeros((5, 5, 40), np.int16)
    labels[2, 2, :30], labels[2, 2, 30:] = 24, 16
    found = classes_of(labels)[2, 2]
    assert (found[20:30] == HeadClass.CSF).all()
    assert (found[:20] == HeadClass.CANAL).all()
    assert HeadClass.CANAL not in BRAIN


def test_tumor_is_kept_by_brain_extraction_and_skin_is_not() -> None:
    assert set(TUMOR) < set(BRAIN)
    assert {HeadClass.SKIN, HeadClass.BONE, HeadClass.AIR}.isdisjoint(BRAIN)
