"""Contrast between tissues, as a radiologist expects it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from oncometry.core import Contrast
from oncometry.synthesis.signal import PROTOCOL, Sequence, signal
from oncometry.synthesis.tissue import Tissue

BY_CONTRAST = {pulse.contrast: pulse for pulse in PROTOCOL}
T = Tissue
BRIGHT_TO_DARK = {
    Contrast.T1: (T.FAT, T.WHITE_MATTER, T.EDEMA, T.GRAY_MATTER, T.NECROSIS, T.CSF),
    Contrast.T1C: (T.ENHANCING, T.WHITE_MATTER, T.GRAY_MATTER, T.NECROSIS, T.CSF),
    Contrast.T2: (T.CSF, T.NECROSIS, T.EDEMA, T.ENHANCING, T.GRAY_MATTER, T.WHITE_MATTER, T.BONE),
    Contrast.FLAIR: (T.EDEMA, T.ENHANCING, T.GRAY_MATTER, T.WHITE_MATTER, T.CSF),
}


@pytest.mark.parametrize("contrast", list(BRIGHT_TO_DARK))
def test_order_of_tissues(contrast: Contrast) -> None:
    values = [signal(tissue, BY_CONTRAST[contrast]) for tissue in BRIGHT_TO_DARK[contrast]]
    assert all(brighter > darker for brighter, darker in pairwise(values))


def test_flair_nulls_fluid() -> None:
    flair = BY_CONTRAST[Contrast.FLAIR]
    assert signal(T.CSF, flair) < 0.05 * signal(T.WHITE_MATTER, flair)


def test_the_agent_brightens_only_where_it_goes() -> None:
    before, after = BY_CONTRAST[Contrast.T1], BY_CONTRAST[Contrast.T1C]
    assert signal(T.ENHANCING, after) > 2 * signal(T.ENHANCING, before)
    for tissue in (T.WHITE_MATTER, T.CSF, T.NECROSIS, T.EDEMA):
        assert signal(tissue, after) == signal(tissue, before)


def test_a_fully_relaxed_tissue_gives_its_proton_density() -> None:
    assert signal(T.CSF, Sequence(Contrast.PD, "", 1e6, 0.0)) == pytest.approx(1.0)
