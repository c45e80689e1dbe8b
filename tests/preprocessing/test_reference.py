"""The reference image of a time point."""

from __future__ import annotations

import pytest

from oncometry.core import Contrast, Geometry, NothingFoundError
from oncometry.preprocessing import choose_reference

THICK = Geometry.from_parts((10, 10, 10), (1, 1, 5))
THIN = Geometry.from_parts((10, 10, 10), (1, 1, 1))
C = Contrast


@pytest.mark.parametrize(
    ("series", "chosen"),
    [
        ([C.T2, C.FLAIR, C.T1, C.T1C], C.T1C),
        ([C.T2, C.FLAIR, C.T1], C.T1),
        ([C.T2, C.FLAIR], C.FLAIR),
        ([C.ADC, C.T2], C.T2),
        ([C.PET, C.CT], C.CT),
        ([C.PET, C.CT, C.T1], C.CT),
        ([C.CT, C.T1], C.T1),
        ([C.CT, C.CT_CONTRAST], C.CT_CONTRAST),
        ([C.UNKNOWN, C.DWI], C.DWI),
    ],
)
def test_order_of_contrasts(series: list[Contrast], chosen: Contrast) -> None:
    for listed in (series, series[::-1]):
        assert choose_reference([(c.value, c, THICK) for c in listed]) == chosen.value


def test_every_contrast_has_a_place() -> None:
    for contrast in Contrast:
        assert choose_reference([("a", contrast, THICK)]) == "a"


def test_finer_slices_break_ties() -> None:
    assert choose_reference([("a", C.T1C, THICK), ("b", C.T1C, THIN), ("c", C.T1C, THIN)]) == "b"


def test_none_to_choose_from() -> None:
    with pytest.raises(NothingFoundError):
        choose_reference([])
