"""`run` on images with a structure set, a dose and its plan: tables, what is linked, and the dose through the feature engine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from oncometry.core import (
    Code,
    Compartment,
    Geometry,
    GeometryError,
    Image,
    Modality,
    Segment,
    Segmentation,
    Unit,
)
from oncometry.features import profile_named
from oncometry.io.dicom_tags import PatientTags, SeriesTags
from oncometry.io.write_dicom import write_dicom_series
from oncometry.pipeline import RunRequest, Settings, SilentProgress, run
from oncometry.pipeline.dosiomics import dosiomics
from oncometry.pipeline.experiment.cohort_sheet import cohort_sheet
from oncometry.store import Store

from ..dose.files import write_dose, write_plan, write_structures
from ..dose.phantoms import cylinder, dose_from, linear_dose, tilted

HEART = cylinder(20.0, 8, 3.0, tilted(0), np.zeros(3))
THYROID = cylinder(8.0, 8, 3.0, tilted(0), np.zeros(3))
COUCH = cylinder(8.0, 8, 3.0, tilted(0), np.array([48.0, 0.0, 0.0]))
"""Beyond the dose grid."""


def write_input(place: Path) -> Path:
    """A CT of ten slices, two structures on it, and 30 Gy everywhere in 15 fractions."""
    grid = Geometry.from_parts((60, 60, 10), (2, 2, 3), (-59, -59, -13.5), None, "1.9")
    voxels = np.random.default_rng(0).integers(-50, 80, grid.shape).astype(np.int16)
    image = Image(voxels, grid, Modality.CT, unit=Unit.HU)
    series = SeriesTags("1.2", "1.2.5", 3, "CT", date(2020, 1, 2))
    write_dicom_series(image, place / "ct", PatientTags("P1", "P1", "F", 1960), series)
    write_dose(place / "dose.dcm", linear_dose(HEART, np.zeros(3), 30.0, tilted(0)))
    rois = {"Heart": HEART.contours, "Thyroid": THYROID.contours, "Couch": COUCH.contours}
    write_structures(place / "structures.dcm", rois)
    write_plan(place / "plan.dcm", 15)
    return place


def settings(**dose: object) -> Settings:
    return Settings.model_validate({"features": {"profile": "none"}, "dose": dose})


@pytest.mark.sqlite
def test_a_run_fills_the_tables_of_dose(tmp_path: Path) -> None:
    cohort, given = tmp_path / "cohort", (write_input(tmp_path / "in"),)
    ran = run(RunRequest(given, cohort, settings=settings(alpha_beta_gy=3.0), jobs=1), SilentProgress())
    assert ran.summary.failures == ()
    used = {Path(f.shown).name: f.member_of for f in ran.manifest.files if f.member_of}
    assert used["plan.dcm"] == used["dose.dcm"] == "1.2.3"
    with Store.open(cohort) as store:
        (dose,) = store.table("doses").to_dict("records")
        assert (dose["fractions_planned"], dose["prescribed_gy"]) == (15, 60.0)
        dvhs = store.table("dvhs").set_index("structure")
        assert dvhs["mean_gy"].dropna().to_dict() == pytest.approx({"Heart": 30.0, "Thyroid": 30.0})
        assert dvhs["reason"].dropna().to_dict() == {"Couch": Code.DOSE_OUTSIDE_GRID.value}
        assert dvhs.loc["Heart", "volume_cc"] == pytest.approx(HEART.volume_cc, rel=1e-3)
        assert set(dvhs["fractions_source"]) == {"plan"}
        metrics = store.table("dvh_metrics")
        eqd2 = metrics[(metrics["quantity"] == "EQD2(3)") & (metrics["name"] == "mean")]
        assert eqd2["value"].tolist() == pytest.approx([30.0, 30.0])
        ntcp = store.table("ntcp_values")
        assert {"boomsma-2012-thyroid", "burman-1991-heart"} <= set(ntcp["ntcp_set"])
        assert ntcp["value"].notna().all()
        told = store.why(ntcp["value_id"].iloc[0])
        assert "dose" in {source.kind for source in told.sources}
        assert store.check() == []
    again = run(RunRequest(given, cohort, settings=settings(alpha_beta_gy=3.0), jobs=1), SilentProgress())
    assert (again.summary.rows_added, again.summary.steps_run) == (0, 0)
    run(RunRequest(given, cohort, settings=settings(fractions=10), jobs=1), SilentProgress())
    with Store.open(cohort) as store:
        assert set(store.table("dvhs")["fractions_source"]) == {"declared"}
        assert set(store.table("dvh_metrics")["quantity"]) == {"PHYSICAL"}


@pytest.mark.sqlite
def test_dosiomics_of_a_run_reach_the_store_and_an_experiment(tmp_path: Path) -> None:
    """30 Gy everywhere: the mean says so, what describes a spread has a reason; what lies beyond the dose has a notice."""
    cohort, given = tmp_path / "cohort", (write_input(tmp_path / "in"),)
    run(RunRequest(given, cohort, settings=settings(features=True), jobs=1), SilentProgress())
    with Store.open(cohort) as store:
        found = store.table("dose_features")
        assert set(found["structure"]) == {"Heart", "Thyroid"}
        assert found["spec_sha256"].nunique() == 1
        named = found[found["structure"] == "Heart"].set_index("name")
        assert named.loc["intensity_statistics_mean_intensity", "value"] == pytest.approx(30.0)
        told = store.why(str(named.loc["intensity_statistics_mean_intensity", "value_id"]))
        assert {"dose", "mask", "spec", "step"} <= {source.kind for source in told.sources}
        assert store.check() == []
        tag = str(named.loc["intensity_statistics_mean_intensity", "tag"])
        sheet = cohort_sheet(store, wanted=["dose.*"])
    assert sheet.columns[f"dose.heart.feature.{tag}"].tolist() == pytest.approx([30.0])
    narrower = settings(features=True, feature_bin_gy=0.5)
    run(RunRequest(given, cohort, settings=narrower, jobs=1), SilentProgress())
    with Store.open(cohort) as store:
        assert set(store.table("dose_features")["spec_sha256"]).isdisjoint(found["spec_sha256"])
    run(RunRequest(given, cohort, settings=settings(), jobs=1), SilentProgress())
    with Store.open(cohort) as store:
        assert store.table("dose_features").empty
        assert store.check() == []


@pytest.mark.sqlite
def test_a_plan_that_no_dose_names_is_set_aside(tmp_path: Path) -> None:
    given = write_input(tmp_path / "in")
    write_plan(given / "plan.dcm", 15, SOPInstanceUID="1.2.77")
    ran = run(RunRequest((given,), tmp_path / "cohort", settings=settings(), jobs=1), SilentProgress())
    codes = {Path(f.shown).name: f.code for f in ran.manifest.files if f.code}
    assert codes == {"plan.dcm": Code.NOT_RADIOLOGY}
    with Store.open(tmp_path / "cohort") as store:
        assert set(store.table("ntcp_values")["reason"]) == {Code.FRACTIONS_UNKNOWN.value}


def box(geometry: Geometry) -> Segmentation:
    inside = np.zeros(geometry.shape, dtype=bool)
    inside[5:15, 6:14, 4:10] = True
    return Segmentation(geometry, (Segment.from_mask(1, "box", Compartment.OTHER, inside),))


def test_the_dose_goes_through_the_feature_engine() -> None:
    grid = Geometry.from_parts((20, 20, 14), (2, 2, 2), (0, 0, 0))
    dose = dose_from(grid, lambda x: 10 + x[..., 0])
    found = dosiomics(dose, box(grid), profile_named("ibsi"))
    values = {value.name: value.value for vector in found for value in vector.values}
    assert values["intensity_statistics_mean_intensity"] == pytest.approx(10 + 2 * np.arange(5, 15).mean())
    with pytest.raises(GeometryError) as caught:
        dosiomics(
            dose_from(grid.crop((0, 0, 0), (20, 20, 6)), lambda x: x[..., 0]),
            box(grid),
            profile_named("ibsi"),
        )
    assert caught.value.code is Code.DOSE_OUTSIDE_GRID
