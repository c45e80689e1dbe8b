"""How far the features of a cohort can be relied on: told from what it holds, kept in it, done once."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from oncometry import Cohort
from oncometry.cli.app import app
from oncometry.cli.reliability_sources import judge_cohort
from oncometry.cohort_reliability import Perturbing
from oncometry.core import Code, GeometryError, NothingFoundError
from oncometry.features import spec_of
from oncometry.features.perturbation import PerturbationSpec
from oncometry.features.reliability import IccKind
from oncometry.pipeline import SilentProgress

module = import_module("oncometry.cohort_reliability")

SPEC = spec_of({"families": ["morphology", "intensity_statistics"]})
CHAIN = PerturbationSpec(rotations_deg=(-4.0, 4.0), volume_fractions=(-0.1, 0.1))
ASKED = Perturbing(SPEC, CHAIN, IccKind.ONE_WAY, 1)


@pytest.mark.sqlite
def test_every_lesion_at_its_first_date_in_each_kind_of_image(copy: Path) -> None:
    rows, left_out = judge_cohort(copy, ASKED, None, SilentProgress())
    assert left_out == []
    with Cohort.open(copy) as opened:
        lesions = opened.table("lesions")
        kept = opened.table("reliability")
        whole = opened.table("intensities").query("compartment == 'whole' and name == 'voxels'")
        assert not [f for f in opened.check() if f.code.value == "SEAL_BROKEN"]
        assert opened.why(kept["value_id"].iloc[0]).facts["data"] == "cohort"
    assert len(rows) == len(kept)
    assert kept["icc"].tolist() == pytest.approx([row["icc"] for row in rows], nan_ok=True)
    assert set(kept["spec_sha256"]) == {SPEC.hash}
    assert set(kept["perturbation_sha256"]) == {CHAIN.hash}
    expected = {f"whole in {contrast}" for contrast in whole["contrast"]}
    assert {g for g in kept["group_name"] if g.startswith("whole")} == expected
    most = kept[kept["group_name"].str.startswith("whole")]["subjects"].max()
    assert most == len(lesions[["patient_id", "lesion"]].drop_duplicates())
    assert set(kept["repeats"]) == {4}


@pytest.mark.sqlite
def test_what_was_perturbed_is_not_perturbed_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = judge_cohort(copy, ASKED, None, SilentProgress())
    with Cohort.open(copy) as opened:
        before = opened.table("reliability")

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(module, "extract_perturbed", never)
    again, _ = judge_cohort(copy, ASKED, None, SilentProgress())
    assert again == first
    with Cohort.open(copy) as opened:
        assert opened.table("reliability")["value_id"].tolist() == before["value_id"].tolist()


@pytest.mark.sqlite
def test_what_fails_is_told_and_the_rest_is_judged(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = module.extract_perturbed
    calls: list[int] = []

    def fails_once(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise GeometryError(Code.SHEARED, "not a box")
        return whole(*given, **named)

    monkeypatch.setattr(module, "extract_perturbed", fails_once)
    rows, left_out = judge_cohort(copy, ASKED, None, SilentProgress())
    assert rows
    assert len(left_out) == 1
    assert "SHEARED" in left_out[0]

    def fails(*_: Any, **__: Any) -> Any:
        raise GeometryError(Code.SHEARED, "not a box")

    monkeypatch.setattr(module, "extract_perturbed", fails)
    other = Perturbing(SPEC, PerturbationSpec(rotations_deg=(1.0,)), IccKind.ONE_WAY, 1)
    with pytest.raises(NothingFoundError, match="no region that could be perturbed: SHEARED"):
        judge_cohort(copy, other, None, SilentProgress())


@pytest.mark.sqlite
def test_regions_that_are_not_those_measured_are_left_out(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "coverage", lambda *_: 0.9)
    with pytest.raises(NothingFoundError):
        judge_cohort(copy, ASKED, None, SilentProgress())


@pytest.mark.sqlite
def test_a_run_that_asks_for_it_judges_its_features_and_shows_it(small_inputs: Path, tmp_path: Path) -> None:
    settings = {
        "preprocessing": {"bias_correction": False, "register_sequences": False},
        "features": {
            "spec": {"families": ["morphology"]},
            "perturbation": {"name": "grown", "volume_fractions": [-0.1, 0.1]},
        },
    }
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(settings))
    words = [
        "run",
        small_inputs / "scans",
        "-o",
        tmp_path / "c",
        "--config",
        tmp_path / "settings.yaml",
        "-q",
        "-j",
        1,
    ]
    ran = CliRunner().invoke(app, [str(word) for word in words])
    assert ran.exit_code == 0, ran.output
    with Cohort.open(tmp_path / "c") as opened:
        kept = opened.table("reliability")
    assert set(kept["family"]) == {"morphology"}
    assert set(kept["repeats"]) == {2}
    assert "How far they can be relied on" in (tmp_path / "c" / "report" / "index.html").read_text()
