"""What a mask says of a region that it does not draw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Compartment as C
from oncometry.training.regions import hidden_regions, shown_regions

_, RULES = shown_regions([C.NECROSIS, C.EDEMA, C.ENHANCING])
PARTS = (C.NECROSIS, C.EDEMA, C.ENHANCING, C.NON_ENHANCING, C.CYST, C.CAVITY)


@pytest.mark.parametrize(
    ("drawn", "hidden"),
    [
        ([C.WHOLE], ["TC", "ET"]),
        ([C.CORE, C.EDEMA], ["ET"]),
        ([C.WHOLE, C.CORE], ["ET"]),
        ([C.WHOLE, C.ENHANCING], ["TC"]),
        ([C.WHOLE, C.NECROSIS], ["TC", "ET"]),
        ([C.WHOLE, C.ENHANCING, C.NECROSIS], []),
        ([C.WHOLE, C.CORE, C.ENHANCING], []),
        ([C.CORE, C.ENHANCING, C.EDEMA], []),
        ([C.EDEMA], []),
        ([], []),
    ],
)
def test_the_whole_says_nothing_of_its_parts(drawn: list[C], hidden: list[str]) -> None:
    assert hidden_regions(drawn, RULES) == hidden


@given(st.sets(st.sampled_from(PARTS)))
def test_parts_say_all(drawn: set[C]) -> None:
    assert hidden_regions(drawn, RULES) == []


def test_where_no_mask_shows_more_the_whole_and_what_enhances_are_all() -> None:
    drawn = [C.WHOLE, C.ENHANCING]
    assert hidden_regions(drawn, shown_regions(drawn)[1]) == []
