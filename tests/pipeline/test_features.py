"""Features in a run: of every region in every image, by the spec that was asked, and of nothing that is cut off."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oncometry import Cohort
from oncometry.core import Code, GeometryError
from oncometry.features import profile_named

from .conftest import QUICK, run_inline

features_module = import_module("oncometry.pipeline.features")

REGION = ["mask_key", "mask_lesion", "compartment", "series_key"]


def statistics(cohort: Cohort) -> pd.DataFrame:
    """Of raw voxels, by another room: a row a region, a column a statistic."""
    rows = cohort.table("intensities")
    return rows.pivot_table(index=REGION, columns="name", values="value").sort_index()


def test_every_region_in_every_image_has_features_of_its_own_voxels(undisturbed: Path) -> None:
    with Cohort.open(undisturbed) as cohort:
        wide, raw = cohort.table("features_wide").set_index(REGION).sort_index(), statistics(cohort)
        series = cohort.table("series").set_index("series_key")
        long = cohort.table("features")
    assert list(wide.index) == list(raw.index)
    for tag, name in (
        ("stat_mean", "mean"),
        ("stat_median", "median"),
        ("stat_max", "maximum"),
        ("stat_p10", "p10"),
    ):
        assert wide[tag].to_numpy() == pytest.approx(raw[name].to_numpy(), rel=1e-6), tag
    spacing = series.loc[wide.index.get_level_values("series_key")]
    voxel_mm3 = np.prod([spacing[f"spacing_{axis}_mm"].to_numpy(float) for axis in "ijk"], axis=0)
    assert wide["morph_vol_approx"].to_numpy() == pytest.approx(raw["voxels"].to_numpy() * voxel_mm3)
    assert set(long["spec_sha256"]) == {profile_named("ibsi").hash}
    assert long["value"].notna().all() or long.loc[long["value"].isna(), "reason"].notna().all()
    assert set(long["family"]) >= {"morphology", "glcm", "glrlm", "glszm", "gldzm", "ngtdm", "ngldm"}


def test_another_spec_makes_features_anew_and_nothing_else(
    copy: Path, undisturbed: Path, small_inputs: Path
) -> None:
    asked = QUICK.changed({"features": {"spec": {"families": ["glcm"]}}})
    summary = run_inline(small_inputs / "scans", copy, settings=asked)
    with Cohort.open(copy) as now, Cohort.open(undisturbed) as then:
        old, new = then.table("features"), now.table("features")
        steps = then.table("steps")
        same = [now.table(name).equals(then.table(name)) for name in ("measurements", "intensities")]
    assert summary.steps_run == (steps["name"] == "features").sum()
    assert all(same)
    assert set(new["family"]) == {"glcm"}
    assert set(new["spec_sha256"]) == {asked.features.chosen.hash}
    assert set(new["value_id"]).isdisjoint(old["value_id"])


def test_none_are_computed_where_none_are_asked(copy: Path, small_inputs: Path) -> None:
    run_inline(small_inputs / "scans", copy, settings=QUICK.changed({"features": {"profile": "none"}}))
    with Cohort.open(copy) as cohort:
        assert cohort.table("features").empty
        assert len(cohort.table("intensities"))


def test_features_that_cannot_be_computed_leave_the_rest(
    copy: Path, undisturbed: Path, small_inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise GeometryError(Code.SHEARED, "not a box")

    monkeypatch.setattr(features_module, "extract", fails)
    summary = run_inline(small_inputs / "scans", copy, fresh=True)
    assert summary.failures
    assert all("SHEARED" in failure for failure in summary.failures)
    with Cohort.open(copy) as cohort, Cohort.open(undisturbed) as kept:
        assert cohort.table("features").empty
        assert len(cohort.table("measurements")) == len(kept.table("measurements"))
        assert len(cohort.table("intensities")) == len(kept.table("intensities"))


def test_a_region_that_the_image_cuts_off_has_none(
    copy: Path, small_inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features_module, "coverage", lambda *_: 0.9)
    run_inline(small_inputs / "scans", copy, fresh=True)
    with Cohort.open(copy) as cohort:
        rows = cohort.table("features")
    assert len(rows)
    assert rows["value"].isna().all()
    assert set(rows["reason"]) == {"GEOMETRY_MISMATCH"}
