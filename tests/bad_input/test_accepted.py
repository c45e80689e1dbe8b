"""What is used all the same has the right numbers, and what cannot be trusted has none."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oncometry import Cohort
from oncometry.core import Code, LabelError, SettingsError
from oncometry.io import CurateSettings, Manifest, curate, read_image, read_volume
from oncometry.one_mask import measure_mask

from ..pipeline.conftest import QUICK, run_inline
from .good_patient import PATIENT, VOLUME_ML, write_good_patient
from .make_dicom import ROOT, put, save, series, structures
from .make_nifti import ball, nifti
from .mask_rows import BALL, BALL_ML, IMAGE, PLANES, SLICES, circle
from .row import Outcome
from .rows import ABSENT, ROWS
from .volume_rows import NOISE, SHEARED


def _curate(folder: Path, tmp_path: Path, **settings: Any) -> Manifest:
    return curate([folder], CurateSettings(**settings), workspace=tmp_path / "workspace")


def _measured(mask: Path, image: Path | None = None) -> list[dict[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return measure_mask(mask, image)


def test_a_sheared_mask_keeps_its_volume(tmp_path: Path) -> None:
    """A shear does not change a volume: voxels times the determinant."""
    mask = ball((60, 60, 40), 14.0)
    path = nifti(tmp_path / "mask.nii.gz", mask, SHEARED, qform_code=0)
    (row,) = _measured(path)
    assert row["volume_ml"] == pytest.approx(mask.sum() * 2 / 1000, rel=0.02)


@pytest.mark.parametrize(
    ("fields", "scale"),
    [
        ({"scl_slope": 0, "scl_inter": 5}, (1, 0)),
        ({"scl_slope": np.nan}, (1, 0)),
        ({"scl_slope": 2, "scl_inter": -7}, (2, -7)),
    ],
)
def test_values_are_as_stored_where_the_slope_does_not_hold(
    tmp_path: Path, fields: dict[str, float], scale: tuple[float, float]
) -> None:
    image = read_volume(nifti(tmp_path / "a.nii", NOISE, **fields))
    np.testing.assert_allclose(image.array, NOISE * scale[0] + scale[1])


@pytest.mark.parametrize(("form", "corner"), [("sform", 40.0), ("qform", 0.0)])
def test_the_form_that_was_stated_is_used_and_recorded(tmp_path: Path, form: str, corner: float) -> None:
    nifti(tmp_path / "in" / "a.nii", NOISE, srow_z=[0, 0, 2, 40])
    (record,) = _curate(tmp_path / "in", tmp_path, geometry=form).series
    assert record.geometry.origin_lps_mm[2] == pytest.approx(corner)
    assert f"the {form} was taken" in str(record.notices[0])
    assert read_image(record, geometry=form).geometry.matches(record.geometry)


def test_each_volume_of_four_dimensions_is_itself(tmp_path: Path) -> None:
    nifti(tmp_path / "in" / "a.nii.gz", np.stack([NOISE, NOISE + 1000], axis=-1).astype(np.int16))
    records = _curate(tmp_path / "in", tmp_path).series
    for number, record in enumerate(records):
        np.testing.assert_array_equal(read_image(record).array, NOISE + 1000 * number)
    assert len(records) == 2


def test_frames_and_slices_lie_where_their_positions_say(tmp_path: Path) -> None:
    """Against the order of their instance numbers: the value of a slice is its height."""
    for n, z in enumerate((9.0, 0.0, 6.0, 3.0)):
        put(
            tmp_path / "in",
            f"{n}.dcm",
            z,
            array=np.full((8, 8), int(z), np.int16),
            InstanceNumber=n + 1,
            RescaleIntercept=0,
        )
    (record,) = _curate(tmp_path / "in", tmp_path).series
    assert read_image(record).array[0, 0].tolist() == [0, 3, 6, 9]


def test_the_longest_run_goes_through_a_run_and_is_recorded(tmp_path: Path) -> None:
    """Volume, notice, files set aside and the setting itself; later input read otherwise is refused beside it."""
    series(tmp_path / "in", positions=(0, 3, 6, 9, 15, 18))
    stated = QUICK.changed({"curate": {"slices": "longest-run"}})
    summary = run_inline(tmp_path / "in", tmp_path / "cohort", settings=stated)
    assert (summary.used, summary.by_code) == (4, {"SLICE_MISSING": 2})
    with Cohort.open(tmp_path / "cohort") as cohort:
        (volume,) = [v for v in cohort.table("volumes").to_dict("records") if v["derivation"] == "native"]
        (curated,) = [s for s in cohort.table("steps").to_dict("records") if s["name"] == "curate"]
    assert read_volume(tmp_path / "cohort" / volume["path"]).array.shape == (8, 8, 4)
    assert "2 of 6 are left out (at 15.00 to 18.00 mm)" in volume["notices"]
    assert json.loads(curated["parameters"])["slices"] == "longest-run"

    series(
        tmp_path / "more",
        start="t",
        SeriesInstanceUID="1.2.4",
        StudyInstanceUID="1.2.3",
        StudyDate="20200304",
    )
    with pytest.raises(SettingsError, match="slices: 'longest-run' then, 'strict' now"):
        run_inline(tmp_path / "more", tmp_path / "cohort")


def test_a_tilted_ball_keeps_its_volume(tmp_path: Path) -> None:
    """A ball scanned with a tilted gantry, slice by slice where each really is."""
    for n in range(40):
        z, shift = 2.0 * n - 40, 0.43 * n - 9
        j, i = np.indices((80, 80)) - 39.5
        inside = (i**2 + (j + shift) ** 2 + z**2 <= 15**2).astype(np.int16)
        put(
            tmp_path / "in",
            f"{n}.dcm",
            array=inside * 1000,
            ImagePositionPatient=[-39.5, -39.5 + shift, z],
            InstanceNumber=n,
            SOPInstanceUID=f"{ROOT}.9.{n + 1}",
            RescaleIntercept=0,
        )
    (record,) = _curate(tmp_path / "in", tmp_path).series
    assert Code.TILT in [n.code for n in record.notices]
    image = read_image(record)
    ml = float((image.array >= 500).sum()) * image.geometry.voxel_volume_mm3 / 1000
    assert ml == pytest.approx(4 / 3 * np.pi * 15**3 / 1000, rel=0.02)


def test_absent_references_are_placed_by_plane(tmp_path: Path) -> None:
    series(
        tmp_path / "in",
        positions=SLICES,
        array=np.full((40, 40), 9, np.int16),
        ImagePositionPatient=tuple([0, 0, z] for z in SLICES),
    )
    save(structures([circle(9, z) for z in PLANES], images=["1.2.3.999"]), tmp_path / "in" / "rt.dcm")
    manifest = _curate(tmp_path / "in", tmp_path)
    (mask,) = manifest.masks
    assert (mask.linked_by, mask.series_key) == ("frame of reference", manifest.series[0].key)
    assert Code.REFERENCES_ABSENT in [n.code for n in mask.notices]


def test_a_region_with_a_voxel_that_is_no_number_has_a_size_and_no_intensities(tmp_path: Path) -> None:
    voxels = IMAGE.astype(np.float32)
    voxels[20, 20, 8] = np.nan
    (row,) = _measured(nifti(tmp_path / "m.nii.gz", BALL), nifti(tmp_path / "i.nii.gz", voxels))
    assert row["volume_ml"] == pytest.approx(BALL_ML)
    intensity = row["intensity"]
    assert intensity["voxels"] == BALL.sum()
    reasons = intensity.pop("reasons")
    without = {k for k, v in intensity.items() if v is None}
    assert without == set(intensity) - {"unit", "voxels", "coverage"}
    assert reasons == dict.fromkeys(without, "NONFINITE_VOXELS")


def test_a_region_at_the_border_and_of_one_value(tmp_path: Path) -> None:
    image = nifti(tmp_path / "i.nii.gz", np.full(BALL.shape, 100, np.int16))
    mask = np.zeros_like(BALL)
    mask[0:4, 5:9, 5:9] = 1
    (row,) = _measured(nifti(tmp_path / "m.nii.gz", mask), image)
    assert "BORDER" in [str(f) for f in row["flags"]]
    assert row["intensity"]["skewness"] is None
    assert row["intensity"]["mean"] == 100


def test_an_implausible_volume_has_relative_change_and_no_absolute_size(tmp_path: Path) -> None:
    for day, radius in (("2020-01-01", 8.0), ("2020-03-01", 6.0)):
        shape = (240, 240, 24)
        nifti(tmp_path / "in" / f"P7_{day}_t1c.nii.gz", np.resize(NOISE + np.int16(radius), shape), np.eye(4))
        nifti(tmp_path / "in" / f"P7_{day}_seg.nii.gz", ball(shape, radius), np.eye(4))
    run_inline(tmp_path / "in", tmp_path / "cohort")
    with Cohort.open(tmp_path / "cohort") as cohort:
        found = cohort.table("measurements").sort_values("timepoint")
    assert len(found) == 2
    assert found["volume_ml"].isna().all()
    assert set(found["reason"]) == {"SPACING_IMPLAUSIBLE"}
    told = ball((240, 240, 24), 6.0).sum() / ball((240, 240, 24), 8.0).sum() - 1
    assert found["volume_change_percent"].iloc[-1] == pytest.approx(100 * told)


def test_all_that_is_bad_at_once_beside_a_good_patient(tmp_path: Path) -> None:
    """The good patient is measured to the last digit as without it, and every file is accounted for."""
    good = write_good_patient(tmp_path / "good")
    alone = run_inline(good, tmp_path / "alone")
    bad = [v for row in ROWS for v in row.variants if v.outcome is Outcome.REFUSED and "socket" not in v.name]
    for number, variant in enumerate(bad):
        folder = tmp_path / "bad" / f"{number:03d}"
        folder.mkdir(parents=True)
        variant.make(folder)

    summary = run_inline((good, tmp_path / "bad"), tmp_path / "cohort")

    assert summary.files == summary.used + summary.duplicate + summary.quarantined
    assert (alone.patients, alone.observations) == (1, 1)
    assert summary.refused
    assert not [f for f in summary.failures if PATIENT in f or "INTERNAL" in f]
    assert _good_rows(tmp_path / "cohort") == _good_rows(tmp_path / "alone")
    (row,) = [r for r in _good_rows(tmp_path / "alone") if r["compartment"] == "whole"] or _good_rows(
        tmp_path / "alone"
    )
    assert row["volume_ml"] == pytest.approx(VOLUME_ML)


def test_what_is_asked_of_a_cohort_and_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    ABSENT.make(tmp_path / "in")
    run_inline(tmp_path / "in", tmp_path / "cohort")
    with Cohort.open(tmp_path / "cohort") as cohort, pytest.raises(LabelError) as caught:
        cohort.voxels(PATIENT, "L9", 1)
    assert str(caught.value.code) == ABSENT.code
    assert all(part in str(caught.value) for part in ABSENT.told)


def _good_rows(cohort: Path) -> list[dict[str, Any]]:
    with Cohort.open(cohort) as opened:
        table = opened.table("measurements")
    kept = table[table["patient_id"] == PATIENT].drop(
        columns=[c for c in table if "id" in c and c != "patient_id"]
    )
    return json.loads(pd.DataFrame(kept).to_json(orient="records", date_format="iso"))


def test_an_enhanced_object_may_be_out_of_order(tmp_path: Path) -> None:
    (made,) = [v for row in ROWS for v in row.variants if v.name == "enhanced, frames out of order"]
    (tmp_path / "in").mkdir()
    made.make(tmp_path / "in")
    (record,) = _curate(tmp_path / "in", tmp_path).series
    frames = np.arange(4 * 64, dtype=np.int16).reshape(4, 8, 8) - 1024
    np.testing.assert_array_equal(read_image(record).array, frames[[1, 3, 2, 0]].transpose(2, 1, 0))
