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


def test_a_wide_space_of_fluid_over_a_shrunken_lobe_is_within_the_skull() -> None:
    labels = np.zeros((20, 40, 40), np.int16)
    labels[:, :10, 10:], labels[:, 10:, 10:], labels[:, :, :6] = 3, 24, 24
    found = classes_of(labels)
    assert (found[:, 10:, 10:] == HeadClass.CSF).all()
    assert (found[:, 25:, :6] == HeadClass.CANAL).all()


def test_a_fold_between_parts_of_the_brain_is_dura_and_a_wide_gap_is_not() -> None:
    labels = np.full((40, 20, 20), 3, np.int16)
    labels[10:16], labels[25:32] = 515, 514
    found = classes_of(labels)[:, 10, 10]
    assert (found[10:16] == HeadClass.DURA).all()
    assert (found[25:32] == HeadClass.MARROW).all()
