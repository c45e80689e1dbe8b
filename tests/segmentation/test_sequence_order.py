"""Images of other sequences than they were given as are noticed where it is plain, and only there."""

from __future__ import annotations

from functools import cache
from itertools import combinations, permutations

import numpy as np
import pytest

from oncometry.core import Code, Contrast
from oncometry.segmentation.sequence_looks import looks_of, usual_look
from oncometry.segmentation.sequence_order import swapped_notices

C = Contrast
ALL = (C.T1, C.T1C, C.T2, C.FLAIR)
MEANS = {
    C.T1: (35, 72, 90, 60, 70),
    C.T1C: (35, 74, 94, 58, 190),
    C.T2: (190, 110, 75, 150, 120),
    C.FLAIR: (30, 100, 80, 150, 110),
}
"""Fluid, gray, white, edema, what takes up contrast agent."""


@cache
def examination(seed: int = 0) -> dict[Contrast, np.ndarray]:
    """Each tissue with texture and noise, each sequence standardized."""
    rng = np.random.default_rng(seed)
    tissue = rng.choice(5, 20_000, p=[0.08, 0.46, 0.42, 0.03, 0.01])
    values = {c: np.array(m)[tissue] + rng.normal(0, 12, tissue.size) for c, m in MEANS.items()}
    return {c: ((v - v.mean()) / v.std()).astype(np.float32) for c, v in values.items()}


def named(names: tuple[Contrast, ...], given: tuple[Contrast, ...]) -> dict[Contrast, np.ndarray]:
    return {name: examination()[contrast] for name, contrast in zip(names, given, strict=True)}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_right_names_need_no_word(count: int) -> None:
    for given in combinations(ALL, count):
        assert swapped_notices(named(given, given)) == [], given


@pytest.mark.parametrize("names", [names for names in permutations(ALL) if names != ALL])
def test_every_permutation_of_four_is_noticed(names: tuple[Contrast, ...]) -> None:
    (notice,) = swapped_notices(named(names, ALL))
    assert notice.code is Code.SEQUENCES_SWAPPED
    for name, contrast in zip(names, ALL, strict=True):
        assert (f"given as {name} like {contrast}," in notice.what.replace(":", ",")) is (name != contrast)


@pytest.mark.parametrize(
    ("one", "other"), [(C.T1, C.T2), (C.T1C, C.T2), (C.T1, C.T1C), (C.T2, C.FLAIR)], ids=str
)
def test_a_swap_of_two_that_are_alone_is_noticed(one: Contrast, other: Contrast) -> None:
    assert len(swapped_notices(named((one, other), (other, one)))) == 1


def test_one_image_alone_that_is_something_else_is_noticed() -> None:
    assert len(swapped_notices(named((C.T1,), (C.T2,)))) == 1
    assert len(swapped_notices(named((C.T2,), (C.T1,)))) == 1


def test_gain_and_offset_change_nothing() -> None:
    plain = looks_of(examination())
    scaled = looks_of({c: 40 * v + 300 for c, v in examination().items()})
    assert [look.value for look in scaled] == pytest.approx([look.value for look in plain], abs=1e-3)


def test_what_is_usual_of_two_turns_with_their_order() -> None:
    skewness, correlation = (
        next(x for x in looks_of(examination()) if x.kind == kind and len(x.of) == 2)
        for kind in ("skewness", "correlation")
    )
    one, other = usual_look(skewness, (C.T1, C.T2)), usual_look(skewness, (C.T2, C.T1))
    assert (one.mean, one.spread) == (-other.mean, other.spread)
    assert usual_look(correlation, (C.T1, C.T2)) == usual_look(correlation, (C.T2, C.T1))


def test_no_sequence_that_is_known_is_no_ground_for_doubt() -> None:
    assert swapped_notices({C.UNKNOWN: examination()[C.T1]}) == []


def test_an_image_of_one_value_where_it_is_looked_at_correlates_with_nothing() -> None:
    looks = looks_of({C.T1: np.zeros(500, np.float32), C.T2: examination()[C.T2][:500]})
    assert all(np.isfinite(look.value) for look in looks)
    assert [look.value for look in looks if look.kind == "correlation"] == [0.0]
