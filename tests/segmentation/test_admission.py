"""What a network takes, and what it refuses or tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.segmentation.made_network import ARCHITECTURE, centered, head, random_weights, written

from oncometry.core import (
    Code,
    Contrast,
    CorruptInputError,
    GeometryError,
    Image,
    Modality,
    OncometryError,
    UnsupportedError,
)
from oncometry.segmentation.admission import admit
from oncometry.segmentation.card import NetworkCard

C = Contrast


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> NetworkCard:
    return written(Path(tmp_path_factory.mktemp("network")), random_weights(ARCHITECTURE))


@pytest.fixture(scope="module")
def images() -> dict[Contrast, Image]:
    return head(centered((40, 40, 40), (2, 2, 2)))


def refused(images: dict[Contrast, Image], card: NetworkCard, kind: type[OncometryError]) -> OncometryError:
    with pytest.raises(kind) as caught:
        admit(images, card)
    return caught.value


def test_all_four_need_no_word(images: dict[Contrast, Image], card: NetworkCard) -> None:
    admitted, notices = admit(dict(reversed(images.items())), card)
    assert list(admitted) == list(card.inputs)
    assert notices == []


def test_a_missing_sequence_is_told(images: dict[Contrast, Image], card: NetworkCard) -> None:
    _, notices = admit({C.T1C: images[C.T1C], C.DWI: images[C.T1C]}, card)
    assert [n.code for n in notices] == [Code.SEQUENCE_MISSING, Code.UNSUPPORTED_TYPE]
    assert "T1, T2, FLAIR not given" in notices[0].what
    assert "DWI" in notices[1].what


def test_none_that_it_needs_is_refused(images: dict[Contrast, Image], card: NetworkCard) -> None:
    needs = card.model_copy(update={"required": (C.T1C, C.FLAIR)})
    assert refused({C.T1: images[C.T1]}, needs, UnsupportedError).code is Code.SEQUENCE_MISSING
    assert refused({}, card, UnsupportedError).code is Code.SEQUENCE_MISSING


def test_ct_is_refused_by_its_header_and_by_its_values(
    images: dict[Contrast, Image], card: NetworkCard
) -> None:
    stated = replace(images[C.T1C], modality=Modality.CT)
    assert "is CT" in refused({C.T1C: stated}, card, UnsupportedError).what
    values = np.where(images[C.T1C].array > 0, 40, -1000).astype(np.int16)
    values[20, 20, 20] = 1200
    assert "is CT" in refused({C.T1C: images[C.T1C].with_array(values)}, card, UnsupportedError).what


def test_not_finite_voxels_are_replaced_and_told(images: dict[Contrast, Image], card: NetworkCard) -> None:
    values = images[C.T1C].array.copy()
    values[3:5, 3, 3] = np.nan
    admitted, notices = admit(images | {C.T1C: images[C.T1C].with_array(values)}, card)
    assert [n.code for n in notices] == [Code.NONFINITE_VOXELS]
    assert "2 voxels of T1c" in notices[0].what
    assert np.isfinite(admitted[C.T1C].array).all()


@pytest.mark.parametrize(("value", "code"), [(np.nan, Code.NONFINITE_VOXELS), (7.0, Code.CONSTANT)])
def test_nothing_to_see_is_refused(
    value: float, code: Code, images: dict[Contrast, Image], card: NetworkCard
) -> None:
    flat = images[C.T1C].with_array(np.full((40, 40, 40), value))
    assert refused(images | {C.T1C: flat}, card, CorruptInputError).code is code


@pytest.mark.parametrize(
    ("shape", "spacing"), [((64, 64, 1), (1, 1, 5)), ((64, 64, 7), (1, 1, 5)), ((64, 64, 12), (1, 1, 1))]
)
def test_slices_are_no_volume(
    shape: tuple[int, int, int], spacing: tuple[float, float, float], card: NetworkCard
) -> None:
    assert refused(head(centered(shape, spacing)), card, UnsupportedError).code is Code.NOT_A_VOLUME


def test_two_grids_are_refused(images: dict[Contrast, Image], card: NetworkCard) -> None:
    moved = replace(images[C.T2], geometry=centered((40, 40, 40), (2, 2, 2.1)))
    error = refused(images | {C.T2: moved}, card, GeometryError)
    assert error.code is Code.GEOMETRY_MISMATCH
    assert "oncometry run" in str(error)
