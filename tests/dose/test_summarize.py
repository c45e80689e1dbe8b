"""A dose in a structure, summed up: what lies outside, what is no whole course, and the file's own histograms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from oncometry.core import Code, CorruptInputError, GeometryError, LabelError
from oncometry.core.dose import Dose
from oncometry.dose import (
    DoseSettings,
    Dvh,
    Fractionation,
    compare_with_file,
    dvh_of,
    dvh_of_file,
    structure_of_contours,
    summarize,
    told_tags,
)
from oncometry.dose.structure import PrismStack
from oncometry.io.dose_histograms import FileHistogram, read_histograms
from oncometry.io.dose_values import read_dose
from oncometry.io.rtstruct import read_structures
from oncometry.io.structure_grid import own_grid

from .phantoms import cylinder, linear_dose, tilted

STACK = cylinder(15.0, 8, 2.5, tilted(0), np.zeros(3))


def structure(name: str = "Heart") -> PrismStack:
    return structure_of_contours(STACK.contours, STACK.geometry, name, 1)


def uniform(gy: float = 30.0, **changes: str) -> Dose:
    made = linear_dose(STACK, np.zeros(3), gy, tilted(0))
    return Dose(made.values_gy, made.geometry, **changes)  # type: ignore[arg-type]


def cut(share: float) -> Dose:
    """A grid that ends within the cylinder, at this share of its height."""
    whole = uniform()
    top = -10.0 + share * 20.0
    planes = int(np.floor((top - 1.25 - whole.geometry.origin_lps_mm[2]) / 2.5 + 1e-9)) + 1
    shape = (*whole.geometry.shape[:2], planes)
    return Dose(whole.values_gy[:, :, :planes], whole.geometry.crop((0, 0, 0), shape))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_dose_that_is_no_number_somewhere_is_refused(wrong: float) -> None:
    dose = uniform()
    dose.values_gy[3, 3, 3] = wrong
    with pytest.raises(CorruptInputError) as caught:
        dvh_of(dose, structure())
    assert caught.value.code is Code.NONFINITE_VOXELS


def test_what_lies_outside_the_grid_is_said_and_not_zero() -> None:
    dose = cut(0.6)
    end = dose.geometry.corners()[:, 2].max()
    found = summarize(dose, structure(), Fractionation(15))
    outside = (10.0 - end) / 20.0
    assert found.dvh.outside_fraction == pytest.approx(outside, abs=0.002)
    assert found.dvh.structure_cc == pytest.approx(STACK.volume_cc, rel=1e-6)
    assert (found.dvh.min_gy, found.dvh.average_gy) == pytest.approx((30.0, 30.0))
    (notice,) = found.notices
    assert notice.code is Code.DOSE_OUTSIDE_GRID
    assert f"{100 * found.dvh.outside_fraction:.2f} %" in notice.what
    assert {v.reason for v in found.ntcp} == {Code.DOSE_OUTSIDE_GRID}


def test_a_structure_elsewhere_has_no_dose() -> None:
    dose = uniform()
    moved = [c + np.array([500.0, 0, 0]) for c in STACK.contours]
    with pytest.raises(GeometryError) as caught:
        dvh_of(dose, structure_of_contours(moved, STACK.geometry, "arm"))
    assert caught.value.code is Code.DOSE_OUTSIDE_GRID
    other = type(dose.geometry)(dose.geometry.shape, dose.geometry.affine, "1.2.840")
    with pytest.raises(GeometryError) as frames:
        dvh_of(Dose(dose.values_gy, other), structure())
    assert frames.value.code is Code.GEOMETRY_MISMATCH
    with pytest.raises(LabelError) as empty:
        structure_of_contours((), STACK.geometry, "nothing")
    assert empty.value.code is Code.MASK_EMPTY


def test_eqd2_beside_the_dose_as_it_is() -> None:
    found = summarize(
        uniform(), structure(), Fractionation(10), DoseSettings(alpha_beta_gy=3.0, metrics=("mean",))
    )
    assert {str(q.quantity): q.values[0].value for q in found.metrics} == pytest.approx(
        {"PHYSICAL": 30.0, "EQD2(3)": 36.0}
    )
    assert {v.set.organ for v in found.ntcp} == {"heart"}
    assert all(v.value is not None for v in found.ntcp)


@pytest.mark.parametrize(
    ("changes", "course", "code"),
    [
        ({}, None, Code.FRACTIONS_UNKNOWN),
        ({"summation_type": "FRACTION"}, Fractionation(10), Code.DOSE_NOT_COURSE),
        ({"summation_type": "BEAM"}, Fractionation(10), Code.DOSE_NOT_COURSE),
        ({"summation_type": ""}, Fractionation(10), Code.DOSE_NOT_COURSE),
        ({"dose_type": "EFFECTIVE"}, Fractionation(10), Code.DOSE_QUANTITY),
    ],
)
def test_no_eqd2_and_no_ntcp_without_grounds(
    changes: dict[str, str], course: Fractionation | None, code: Code
) -> None:
    found = summarize(uniform(**changes), structure(), course, DoseSettings(alpha_beta_gy=3.0))
    assert [n.code for n in found.notices] == [code]
    assert len(found.metrics) == 1
    assert {v.value for v in found.ntcp} == {None}
    assert {v.reason for v in found.ntcp} == {code}


def test_settings_that_do_not_hold() -> None:
    for wrong in (
        {"metrics": ["D2"]},
        {"alpha_beta_gy": 0},
        {"fractions": 0},
        {"alpha_beta_gy": float("nan")},
    ):
        with pytest.raises(ValidationError):
            DoseSettings.model_validate(wrong)


def histogram(**changes: object) -> FileHistogram:
    """Of the cylinder at a uniform 30 Gy, in bins of 1 Gy."""
    volume = np.where(np.arange(60) <= 30, STACK.volume_cc, 0.0)
    values = {
        "roi_number": 1, "kind": "CUMULATIVE", "unit": "GY", "dose_type": "PHYSICAL", "volume_unit": "CM3",
        "width": np.ones(60), "volume": volume, "min_tag": 30.0, "max_tag": 30.0, "mean_tag": 30.0,
    }  # fmt: skip
    return FileHistogram(**{**values, **changes})  # type: ignore[arg-type]


def test_a_file_that_agrees() -> None:
    found = compare_with_file(dvh_of(uniform(), structure()), histogram(), "Heart")
    assert found.notices == ()
    assert (found.volume_ratio, found.file_volume_cc) == pytest.approx((1.0, STACK.volume_cc))
    assert found.largest_gy == pytest.approx(0.5, abs=0.51)


def test_tags_that_contradict_the_curve_are_told_and_not_used() -> None:
    found = compare_with_file(
        dvh_of(uniform(), structure()), histogram(max_tag=104.9, mean_tag=100.0), "Heart"
    )
    assert found.notices == ()
    (notice,) = found.tags
    assert notice.code is Code.DVH_DIFFERS
    assert "maximum 104.9" in notice.what
    assert "times the curve" not in notice.what
    assert found.tag_ratio is None
    assert found.file_max_gy == pytest.approx(31.0)


@pytest.mark.parametrize(
    ("factor", "meaning"),
    [(2.0, "as percent of 50 Gy would be"), (100.0, "as cGy would be"), (0.1, "curve's; not used")],
)
def test_tags_that_are_all_in_one_ratio_are_said_to_be(factor: float, meaning: str) -> None:
    tags = {"min_tag": 30.5 * factor, "max_tag": 30.5 * factor, "mean_tag": 30.5 * factor}
    found = compare_with_file(dvh_of(uniform(), structure()), histogram(**tags), "Heart")
    (notice,) = found.tags
    assert found.notices == ()
    assert found.tag_ratio == pytest.approx(factor)
    assert f"all are about {factor:.3g} times the curve's" in notice.what
    assert meaning in notice.what
    (told,) = told_tags([("Heart", found), ("Cord", found)])
    assert f"{factor:.3g} times what the curves say" in told.what
    assert f"in all 2 structures where they differ (Heart {factor:.3g}, Cord {factor:.3g})" in told.what
    right = compare_with_file(dvh_of(uniform(), structure()), histogram(), "Lung")
    (of_two,) = told_tags([("Heart", found), ("Lung", right), ("Cord", found)])
    assert "Lung" not in of_two.what
    assert told_tags([("Heart", found)]) == found.tags
    assert told_tags([("Lung", right), ("Lung", right)]) == ()
    other = compare_with_file(
        dvh_of(uniform(), structure()), histogram(min_tag=122.0, max_tag=122.0, mean_tag=122.0), "Lung"
    )
    pair = [("Heart", found), ("Cord", found)]
    assert told_tags([*pair, ("Lung", other)]) == (*found.tags, *found.tags, *other.tags)
    mixed = compare_with_file(dvh_of(uniform(), structure()), histogram(max_tag=104.9), "Heart")
    assert told_tags([*pair, ("Heart", mixed)]) == (*found.tags, *found.tags, *mixed.tags)


def test_a_curve_that_contradicts_ours_is_told() -> None:
    found = compare_with_file(dvh_of(uniform(10.0), structure()), histogram(), "Heart")
    assert ["planning systems differ" in n.what for n in found.notices] == [True]
    assert "leaves them out" not in found.notices[0].what
    relative = compare_with_file(dvh_of(uniform(), structure()), histogram(unit="RELATIVE"), "Heart")
    assert relative.file_volume_cc is None
    assert "not compared" in relative.notices[0].what


def test_a_curve_without_what_gets_no_dose_is_told_to_be_that() -> None:
    """A body of which a third is beyond the beams."""
    dosed = np.where(np.arange(60) >= 20, 1.0, 0.0)
    edges = np.linspace(0, 60, 601)
    volume = np.repeat(dosed / 10, 10) + 20.0 * (np.arange(600) == 0)
    ours = Dvh(edges, volume, (edges[:-1] + edges[1:]) / 2, 0.0, 60.0)
    found = compare_with_file(ours, histogram(kind="DIFFERENTIAL", volume=dosed), "Body")
    (notice,) = [n for n in found.notices if "own histogram has" in n.what]
    assert (
        "20.000 cc of ours get less than 0.5 Gy, half a bin of the file, which leaves them out" in notice.what
    )
    inside = replace(ours, volume_cc=volume - 20.0 * (np.arange(600) == 0), outside_cc=20.0)
    beyond = compare_with_file(inside, histogram(kind="DIFFERENTIAL", volume=dosed), "Body")
    (notice,) = [n for n in beyond.notices if "own histogram has" in n.what]
    assert "20.000 cc of ours are beyond the dose grid, which the file leaves out" in notice.what
    both = compare_with_file(
        replace(ours, outside_cc=9.0), histogram(kind="DIFFERENTIAL", volume=dosed), "Body"
    )
    (notice,) = [n for n in both.notices if "own histogram has" in n.what]
    assert "leaves them out, and 9.000 cc are beyond the dose grid" in notice.what
    shifted = compare_with_file(ours, histogram(kind="DIFFERENTIAL", volume=np.roll(dosed, -10)), "Body")
    assert ["planning systems differ" in n.what for n in shifted.notices] == [True]


def test_kinds_of_curves() -> None:
    differential = histogram(kind="DIFFERENTIAL", volume=np.where(np.arange(60) == 30, 5.0, 0.0))
    found = dvh_of_file(differential)
    assert found is not None
    assert (found.covered_cc, found.average_gy) == pytest.approx((5.0, 30.5))
    assert dvh_of_file(histogram(kind="NATURAL")) is None
    assert dvh_of_file(histogram(volume=np.zeros(60))) is None


@pytest.mark.data
def test_the_sample_of_dicompyler(data_folder: Path) -> None:
    """Curves agree; the tags are percent of 14 Gy."""
    folder = data_folder / "dicompyler-rt"
    dose, drawn = read_dose(folder / "rtdose.dcm"), read_structures(folder / "rtss.dcm")
    theirs = {h.roi_number: h for h in read_histograms(folder / "rtdose.dcm")}
    grid = own_grid([c for roi in drawn.rois for c in roi.contours], drawn.frame_of_reference_uid)
    for name, ratio in {"Heart": 0.01, "Tumor Bed": 0.03, "Breast": 0.015}.items():
        (roi,) = [r for r in drawn.rois if r.name == name]
        ours = dvh_of(dose, structure_of_contours(roi.contours, grid, name, roi.number))
        found = compare_with_file(ours, theirs[roi.number], name)
        assert found.volume_ratio == pytest.approx(1, abs=ratio)
        assert found.largest_gy < 0.02 * 14
        (notice,) = found.tags
        assert "tags" in notice.what
        assert "as percent of 14 Gy would be" in notice.what
        assert theirs[roi.number].max_tag / 100 * 14 == pytest.approx(found.file_max_gy, abs=0.1)
