"""A folder of RTDOSE, RTSTRUCT and RTPLAN, and `oncometry dose` on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Code, GeometryError, NothingFoundError, SettingsError
from oncometry.dose import DoseSettings
from oncometry.one_dose import measure_dose_folder, structure_rows

from .dose.files import plan_named, write_dose, write_plan, write_structures
from .dose.phantoms import cylinder, linear_dose, ring, tilted

HEART = cylinder(20.0, 10, 3.0, tilted(0), np.zeros(3))
THYROID = ring(10.0, 10, 3.0, tilted(0), np.zeros(3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """30 Gy everywhere, in 15 fractions."""
    place = tmp_path / "plan"
    write_dose(place / "dose.dcm", linear_dose(HEART, np.zeros(3), 30.0, tilted(0)))
    rois = {"Heart": HEART.contours, "Thyroid": THYROID.contours, "Nothing": ()}
    write_structures(place / "structures.dcm", rois)
    write_plan(place / "plan.dcm", 15)
    (place / "notes.txt").write_text("nothing to read")
    return place


def test_every_structure(folder: Path) -> None:
    (found,) = measure_dose_folder(folder, DoseSettings(alpha_beta_gy=3.0, metrics=("mean", "volume")))
    assert (found.fractionation.fractions, found.fractionation.source) == (15, "plan")  # type: ignore[union-attr]
    assert [s.name for s in found.structures] == ["Heart", "Thyroid", "Nothing"]
    rows = list(structure_rows([found]))
    means = {(r["structure"], r["quantity"]): r["value"] for r in rows if r["metric"] == "mean"}
    assert means == pytest.approx(
        {(name, q): 30.0 for name in ("Heart", "Thyroid") for q in ("PHYSICAL", "EQD2(3)")}
    )
    volumes = {r["structure"]: r["value"] for r in rows if r["metric"] == "volume"}
    assert volumes == pytest.approx({"Heart": HEART.volume_cc, "Thyroid": THYROID.volume_cc}, rel=1e-3)
    assert [r["reason"] for r in rows if r["structure"] == "Nothing"] == ["MASK_EMPTY"]
    assert all(r["value"] is not None for r in rows if str(r["metric"]).startswith("NTCP"))


@pytest.mark.parametrize(
    ("summation", "plans"),
    [("MULTI_PLAN", ("1.2.7", "1.2.71")), ("MULTI_PLAN", ("1.2.7",)), ("PLAN", ("1.2.7", "1.2.71"))],
)
def test_no_plan_tells_the_fractions_of_a_sum_of_plans(
    folder: Path, summation: str, plans: tuple[str, ...]
) -> None:
    named = [plan_named(uid) for uid in plans]
    dose = linear_dose(HEART, np.zeros(3), 30.0, tilted(0))
    write_dose(folder / "dose.dcm", dose, DoseSummationType=summation, ReferencedRTPlanSequence=named)
    write_plan(folder / "boost.dcm", 5, SOPInstanceUID="1.2.71")
    (found,) = measure_dose_folder(folder, DoseSettings(alpha_beta_gy=3.0))
    assert found.fractionation is None
    assert [n.code for n in found.notices] == [Code.FRACTIONS_UNKNOWN]
    assert "sum of plans" in found.notices[0].what
    assert {r["quantity"] for r in structure_rows([found]) if r["metric"] == "mean"} == {"PHYSICAL"}


def test_fractions_are_declared_or_unknown(folder: Path) -> None:
    (declared,) = measure_dose_folder(folder, DoseSettings(fractions=10))
    assert declared.fractionation.source == "declared"  # type: ignore[union-attr]
    write_plan(folder / "plan.dcm", 10, 5)
    (unknown,) = measure_dose_folder(folder, DoseSettings(alpha_beta_gy=3.0))
    assert unknown.fractionation is None
    assert [n.code for n in unknown.notices] == [Code.FRACTIONS_UNKNOWN]
    assert all(len(s.summary.metrics) == 1 for s in unknown.structures if s.summary)
    write_plan(folder / "plan.dcm", 15, SOPInstanceUID="1.2.77")  # one that the dose does not name
    (other,) = measure_dose_folder(folder)
    assert other.fractionation is None


def test_structures_are_asked_for_by_name(folder: Path) -> None:
    (found,) = measure_dose_folder(folder, structures=["heart"])
    assert [s.name for s in found.structures] == ["Heart"]
    with pytest.raises(SettingsError) as caught:
        measure_dose_folder(folder, structures=["heart", "tyroid"])
    assert caught.value.code is Code.LABEL_ABSENT
    assert "'tyroid'" in caught.value.what
    assert caught.value.advice == "Nearest: 'Thyroid'."


def test_structures_without_a_published_model_are_told_with_the_names_that_were_tried(folder: Path) -> None:
    rois = dict.fromkeys(("Heart", "Lt_Lung", "PTV", "Hart"), HEART.contours) | {"Empty": ()}
    write_structures(folder / "structures.dcm", rois)
    (found,) = measure_dose_folder(folder, DoseSettings(metrics=("mean",)))
    (told,) = [n for n in found.notices if n.code is Code.LABEL_UNKNOWN]
    assert "'lt lung' (nearest: both lungs, " in told.what
    assert "'hart' (nearest: heart)" in told.what
    assert "'ptv'" in told.what
    assert "'heart'" not in told.what
    assert "empty" not in told.what
    (silent,) = measure_dose_folder(folder, DoseSettings(metrics=("mean",), ntcp=False))
    assert not silent.notices


def test_rows_of_ntcp_say_of_what_they_are_and_how_sure(folder: Path) -> None:
    rows = list(structure_rows(measure_dose_folder(folder, DoseSettings(metrics=("mean",)))))
    ntcp = {r["metric"]: r for r in rows if str(r["metric"]).startswith("NTCP")}
    assert ntcp["NTCP gagliardi-1996-heart"]["endpoint"] == "excess cardiac mortality"
    assert ntcp["NTCP gagliardi-1996-heart"]["checked"] == "recalled"
    assert ntcp["NTCP cella-2014-heart"]["doi"] == "10.1371/journal.pone.0111753"
    assert len({frozenset(r) for r in rows}) == 1
    assert {r["endpoint"] for r in rows if r["metric"] == "mean"} == {None}
    write_plan(folder / "plan.dcm", 15, SOPInstanceUID="1.2.77")
    (unknown,) = measure_dose_folder(folder, DoseSettings(metrics=("mean",)), ["Heart"])
    why = {r["why"] for r in structure_rows([unknown]) if str(r["metric"]).startswith("NTCP")}
    assert any("in how many fractions the dose was given is not known" in str(w) for w in why)


def test_two_structure_sets_of_one_frame(folder: Path) -> None:
    write_structures(folder / "second.dcm", {"Heart": HEART.contours}, SOPInstanceUID="1.2.44")
    with pytest.raises(GeometryError) as caught:
        measure_dose_folder(folder)
    assert caught.value.code is Code.GEOMETRY_MISMATCH
    (folder / "structures.dcm").unlink()
    (folder / "second.dcm").unlink()
    with pytest.raises(NothingFoundError):
        measure_dose_folder(folder)
