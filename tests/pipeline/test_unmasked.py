"""Which visits a network is asked about, and with which images."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Code, Contrast, Geometry, Modality, Timepoint, Unit
from oncometry.io.manifest import FileKind, InstanceRef, MaskKind, MaskRecord, SeriesRecord
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.unmasked import brain_series, choose_images, counted, unknown_visits, unmasked_visits

pytestmark = pytest.mark.storeless

FIRST, SECOND = (Timepoint("P", n, f"0{n}", 60 * n, date(2020, n, 1)) for n in (1, 2))
INPUTS = (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR)


def series(
    contrast: Contrast, visit: Timepoint = FIRST, slices_mm: float = 1.0, **more: object
) -> SeriesRecord:
    made = SeriesRecord(
        key=f"{contrast} {visit.label} {slices_mm}",
        patient_id="P",
        kind=FileKind.NIFTI,
        instances=(InstanceRef(Path("x")),),
        geometry=Geometry.from_parts((4, 4, 4), (1, 1, slices_mm), (0, 0, 0), np.eye(3)),
        modality=Modality.MR,
        contrast=contrast,
        confidence=1.0,
        evidence="",
        unit=Unit.ARBITRARY,
        timepoint=visit,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def aligned(*there: SeriesRecord, poor: tuple[SeriesRecord, ...] = ()) -> Alignment:
    return Alignment(
        from_common={s.key: np.eye(4) for s in (*there, *poor)},
        within_date={s.key: s not in poor for s in (*there, *poor)},
    )


def test_a_visit_with_any_mask_is_left_alone() -> None:
    there = [series(Contrast.T1C), series(Contrast.T1C, SECOND)]
    mask = MaskRecord("m", "P", MaskKind.RTSTRUCT, Path("m"), "", timepoint=FIRST)
    assert list(unmasked_visits(there, [mask])) == [SECOND]
    assert counted(there, [mask]) == (1, 1)
    assert counted(
        there, [replace(mask, patient_id="another", timepoint=replace(FIRST, patient_id="another"))]
    ) == (2, 2)


@pytest.mark.parametrize(
    ("body_part", "asked"),
    [
        ("", True),
        ("BRAIN", True),
        ("HEAD", True),
        ("HEAD_NECK", True),
        ("THIGH", False),
        ("FOREHEADLESS", False),
    ],
)
def test_other_body_parts_are_not_asked_about(body_part: str, asked: bool) -> None:
    acquisition = {"body_part": body_part} if body_part else {}
    assert bool(brain_series([series(Contrast.T1, acquisition=acquisition)])) is asked


def test_only_mr_that_shows_structure_is_asked_about() -> None:
    ct = series(Contrast.CT, modality=Modality.CT)
    assert brain_series([ct, series(Contrast.ADC)]) == []
    assert counted([ct], []) == (1, 0)
    assert unknown_visits([ct, series(Contrast.ADC)], []) == 0


def test_a_visit_of_unknown_sequence_is_counted_apart() -> None:
    unknown = series(Contrast.UNKNOWN)
    mask = MaskRecord("m", "P", MaskKind.RTSTRUCT, Path("m"), "", timepoint=FIRST)
    assert unknown_visits([unknown], []) == 1
    assert unknown_visits([unknown], [mask]) == 0
    assert unknown_visits([unknown, series(Contrast.T1C)], []) == 0
    assert unknown_visits([series(Contrast.UNKNOWN, acquisition={"body_part": "THIGH"})], []) == 0
    assert unknown_visits([series(Contrast.UNKNOWN, modality=Modality.CT)], []) == 0


def test_the_finest_of_each_sequence_on_the_grid_of_t1c() -> None:
    fine, thick, flair = series(Contrast.T1C), series(Contrast.T1C, slices_mm=5), series(Contrast.FLAIR)
    chosen = choose_images([flair, thick, fine], aligned(flair, thick, fine), INPUTS)
    assert chosen is not None
    assert chosen.grid == fine.key
    assert chosen.keys == {Contrast.T1C: fine.key, Contrast.FLAIR: flair.key}
    assert chosen.notices == ()


def test_what_is_poorly_registered_is_left_out_and_told() -> None:
    t1c, flair = series(Contrast.T1C), series(Contrast.FLAIR)
    chosen = choose_images([flair, t1c], aligned(t1c, poor=(flair,)), INPUTS)
    assert chosen is not None
    assert list(chosen.keys) == [Contrast.T1C]
    assert [n.code for n in chosen.notices] == [Code.REGISTRATION_POOR]
    assert "FLAIR" in chosen.notices[0].what


def test_where_nothing_is_registered_one_image_is_enough() -> None:
    t1, flair = series(Contrast.T1), series(Contrast.FLAIR)
    chosen = choose_images([flair, t1], aligned(poor=(t1, flair)), INPUTS)
    assert chosen is not None
    assert chosen.keys == {Contrast.T1: t1.key}


def test_sequences_that_the_network_does_not_take_are_none() -> None:
    t2 = series(Contrast.T2)
    assert choose_images([t2], aligned(t2), (Contrast.T1C,)) is None
    assert choose_images([t2], aligned(), INPUTS) is None
