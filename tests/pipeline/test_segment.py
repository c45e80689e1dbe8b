"""Visits without masks: a network segments them, says so, and leaves those alone that came with one."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.pipeline.conftest import QUICK, run_inline
from tests.segmentation.made_network import (
    ET_MM,
    INPUTS,
    WT_MM,
    centered,
    head,
    threshold_weights,
    written,
)
from tests.segmentation.test_brain_network import ARCHITECTURE, bright_weights, with_skull

from oncometry import Cohort
from oncometry.cli.carry_out import exit_for_summary
from oncometry.cli.exits import Exit
from oncometry.core import Code, Contrast, CorruptInputError, Image, NothingFoundError, SettingsError
from oncometry.io import read_volume, sha256_of, write_volume
from oncometry.pipeline import CohortFolder, RunSummary, Settings, exchange, segment
from oncometry.report import write_report
from oncometry.segmentation.card import NetworkCard

pytestmark = pytest.mark.one_engine

GRID = centered((36, 37, 38), (2, 2, 2), np.diag([-1.0, -1.0, 1.0]))
ENDS = dict(zip(INPUTS, ("t1n", "t1c", "t2w", "t2f"), strict=True))
ALONE, BOTH, NO_BRAIN = "BraTS-GLI-00001", "BraTS-GLI-00002", "BraTS-GLI-00003"
LABELS = 4 / 3 * np.pi * np.array([ET_MM**3, WT_MM**3]) / 1000
SMALL_MM = 20.0


def write_case(folder: Path, name: str, images: dict[Contrast, Image], gain: float = 1.0) -> None:
    """`gain`: no two visits of one patient have the same bytes."""
    for contrast, image in images.items():
        shown = image.with_array(image.array * np.float32(gain))
        write_volume(shown, folder / name / f"{name}-{ENDS[contrast]}.nii.gz")


def settings(at: Path, found: Path | None = None, **more: Any) -> Settings:
    """With the network at a path, and the one there that finds the brain."""
    chosen = {"when": "missing", "network": str(at), "brain": None if found is None else str(found), **more}
    return QUICK.changed(
        {
            "segmentation": {"inference": {"backend": "onnxruntime"}, **chosen},
            "features": {"profile": "none"},
        }
    )


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A patient without masks, one with a mask at the first of two visits, one of whom too little is there."""
    folder = tmp_path_factory.mktemp("scans")
    images = head(GRID)
    write_case(folder, f"{ALONE}-000", images)
    write_case(folder, f"{ALONE}-001", {c: images[c] for c in (Contrast.T1C, Contrast.FLAIR)}, 1.1)
    write_case(folder, f"{BOTH}-000", images, 1.2)
    write_case(folder, f"{BOTH}-001", images, 1.3)
    drawn = np.where(images[Contrast.FLAIR].array > 150, 2, 0).astype(np.uint8)
    drawn[images[Contrast.T1C].array > 200] = 3
    mask = Image(drawn, GRID)
    write_volume(mask, folder / f"{BOTH}-000" / f"{BOTH}-000-seg.nii.gz")
    write_case(folder, f"{NO_BRAIN}-000", head(GRID, SMALL_MM))
    return folder


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    written(folder, threshold_weights())
    return folder / "made.json"


@pytest.fixture(scope="module")
def ran(scans: Path, network: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunSummary]:
    cohort = tmp_path_factory.mktemp("run") / "cohort"
    return cohort, run_inline(scans, cohort, settings=settings(network))


def tables(cohort: Path, *names: str) -> list[Any]:
    with Cohort.open(cohort) as opened:
        return [opened.table(name) for name in names]


def test_only_visits_without_a_mask_are_segmented(ran: tuple[Path, RunSummary], network: Path) -> None:
    cohort, summary = ran
    (masks,) = tables(cohort, "segmentations")
    kinds = {(row.patient_id, row.timepoint): row.kind for row in masks.itertuples()}
    assert kinds == {(ALONE, 1): "NETWORK", (ALONE, 2): "NETWORK", (BOTH, 1): "NIFTI", (BOTH, 2): "NETWORK"}
    assert summary.segmented == {"made 0": 3, "not segmented": 1}
    assert summary.notices["MASK_MADE"] == 3
    card = NetworkCard.model_validate_json(network.read_bytes())
    made = masks[masks["kind"] == "NETWORK"]
    assert set(made["network_sha256"]) == {card.sha256}
    assert made["backend"].str.startswith("onnxruntime").all()
    assert masks[masks["kind"] == "NIFTI"][["network", "network_sha256", "backend"]].isna().all(axis=None)


def test_what_it_finds_is_measured_as_any_mask(ran: tuple[Path, RunSummary]) -> None:
    (measured,) = tables(ran[0], "measurements")
    own = measured[(measured["patient_id"] == ALONE) & (measured["timepoint"] == 1)]
    sizes = own.set_index("compartment")["volume_ml"]
    assert sizes[["enhancing", "whole"]].to_numpy() == pytest.approx(LABELS, rel=0.1)
    assert set(own["contrast"]) == {"T1c"}


def test_every_number_goes_back_to_its_pixels(ran: tuple[Path, RunSummary], scans: Path) -> None:
    """The label map is what the probabilities say, and `why` leads from a size to the images."""
    cohort, _ = ran
    masks, measured, artifacts = tables(cohort, "segmentations", "measurements", "artifacts")
    row = masks[masks["patient_id"] == ALONE].iloc[0]
    labels = read_volume(cohort / row["path"]).array
    probable = row["path"].replace("_dseg", "_probseg")
    assert artifacts.set_index("path").loc[probable, "role"] == "probabilities"
    whole, _, enhancing = (read_volume(cohort / probable, volume=at).array > 0.5 for at in range(3))
    np.testing.assert_array_equal(labels > 0, whole)
    np.testing.assert_array_equal(labels == 3, enhancing)
    told = json.loads((cohort / row["path"].replace(".nii.gz", ".json")).read_text(encoding="utf-8"))
    assert told["Network"]["SHA256"] == row["network_sha256"]
    found = measured[measured["mask_key"] == row["mask_key"]].iloc[0]
    with Cohort.open(cohort) as opened:
        text = str(opened.why(found["value_id"]).to_json())
        values = opened.voxels(ALONE, "L1", int(row["timepoint"]))
        assert len(values) == found["voxels"]
        assert opened.check() == []
    assert "segment" in text
    assert row["network_sha256"] in text
    flair = scans / f"{ALONE}-000" / f"{ALONE}-000-t2f.nii.gz"
    assert sha256_of(flair) in text


def test_lesions_of_a_network_are_exported_too(ran: tuple[Path, RunSummary], tmp_path: Path) -> None:
    folder = CohortFolder.open(ran[0])
    with folder.store() as store:
        made = exchange(folder, store, tmp_path, ["bids"])
    assert made.notices == ()
    assert len([path for path in made.files if path.name.endswith("_dseg.nii.gz")]) == 4


def test_what_the_network_refuses_is_a_failure_of_that_visit_alone(ran: tuple[Path, RunSummary]) -> None:
    (failures,) = tables(ran[0], "failures")
    assert list(failures[["patient_id", "code"]].itertuples(index=False, name=None)) == [
        (NO_BRAIN, "BRAIN_ABSENT")
    ]
    assert "came without a mask" in failures["what"].iloc[0]
    assert exit_for_summary(ran[1]) is Exit.SOME_FAILED


def test_notices_say_what_was_missing_and_who_drew_the_rest(ran: tuple[Path, RunSummary]) -> None:
    (masks,) = tables(ran[0], "segmentations")
    said = {(row.patient_id, row.timepoint): row.notices for row in masks.itertuples()}
    assert "SEQUENCE_MISSING" in said[ALONE, 2]
    assert "a reader's" in said[BOTH, 2]
    assert "a reader's" not in said[ALONE, 1]
    assert "MASK_MADE" not in said[BOTH, 1]


def test_a_network_is_never_compared_with_a_reader(ran: tuple[Path, RunSummary]) -> None:
    measured, observations = tables(ran[0], "measurements", "observations")
    own = measured[(measured["patient_id"] == BOTH) & (measured["compartment"] == "whole")]
    assert set(own["lesion"]) == {"L1"}  # it is the same lesion all the same
    later = own[own["timepoint"] == 2].iloc[0]
    assert later["baseline_value_id"] == later["value_id"]
    alone = measured[(measured["patient_id"] == ALONE) & (measured["compartment"] == "whole")]
    assert alone[alone["timepoint"] == 2]["volume_change_percent"].iloc[0] == pytest.approx(0, abs=5)
    assert set(observations["status"]) == {"measured"}


def test_again_does_nothing_and_another_network_makes_it_anew(
    ran: tuple[Path, RunSummary],
    scans: Path,
    network: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cohort, first = ran
    (before,) = tables(cohort, "segmentations")
    with monkeypatch.context() as patched:
        patched.setattr(segment, "load_network", lambda *_: pytest.fail("it was asked again"))
        again = run_inline(scans, cohort, settings=settings(network))
    assert (again.rows_added, again.segmented) == (0, first.segmented)
    written(tmp_path, threshold_weights(), name="other", spacing_mm=(2.5, 2.5, 2.5))
    later = run_inline(scans, cohort, settings=settings(tmp_path / "other.json"))
    assert later.segmented == {"other 0": 3, "not segmented": 1}
    (after,) = tables(cohort, "segmentations")
    assert list(after["kind"]) == list(before["kind"])
    assert set(after[after["kind"] == "NETWORK"]["network"]) == {"other"}


def test_a_mask_that_comes_later_takes_the_place_of_the_networks(
    scans: Path, network: Path, tmp_path: Path
) -> None:
    name = f"{BOTH}-000"
    given = tmp_path / "scans" / name
    shutil.copytree(scans / name, given, ignore=shutil.ignore_patterns("*-seg.nii.gz"))
    run_inline(tmp_path / "scans", tmp_path / "cohort", settings=settings(network))
    shutil.copy(scans / name / f"{name}-seg.nii.gz", given)
    summary = run_inline(tmp_path / "scans", tmp_path / "cohort", settings=settings(network))
    assert list(tables(tmp_path / "cohort", "segmentations")[0]["kind"]) == ["NIFTI"]
    assert summary.segmented == {}


def test_raw_images_are_registered_and_the_brain_is_found(network: Path, tmp_path: Path) -> None:
    """The skull is on, and the patient moved before FLAIR."""
    images, _ = with_skull()
    moved = images[Contrast.FLAIR]
    affine = moved.geometry.affine.copy()
    affine[:3, 3] += (5, -4, 3)
    images[Contrast.FLAIR] = replace(moved, geometry=replace(moved.geometry, affine=affine))
    write_case(tmp_path / "scans", f"{ALONE}-000", images)
    brain = {
        "name": "brain",
        "task": "brain",
        "inputs": (Contrast.UNKNOWN,),
        "field": (56, 56, 56),
        "scheme": None,
        "regions": ({"name": "brain", "labels": (1,)},),
        "architecture": ARCHITECTURE,
    }
    written(tmp_path, bright_weights(), **brain)
    chosen = settings(network, tmp_path / "brain.json").changed(
        {"preprocessing": {"register_sequences": True}}
    )
    summary = run_inline(tmp_path / "scans", tmp_path / "cohort", settings=chosen)
    assert summary.failures == ()
    assert Code.BRAIN_NOT_EXTRACTED not in summary.notices
    measured, registrations = tables(tmp_path / "cohort", "measurements", "registrations")
    assert registrations["translation_mm"].max() > 5
    sidecars = [path.read_text(encoding="utf-8") for path in (tmp_path / "cohort").rglob("*_dseg.json")]
    weights = sha256((tmp_path / "brain.safetensors").read_bytes()).hexdigest()
    assert any(f"SHA-256 {weights}" in json.loads(text).get("BrainNetwork", "") for text in sidecars)
    sizes = measured.set_index("compartment")["volume_ml"]
    assert sizes[["enhancing", "whole"]].to_numpy() == pytest.approx(LABELS, rel=0.15)


def test_where_the_network_looked_is_kept_and_pictured(scans: Path, network: Path, tmp_path: Path) -> None:
    given, cohort = scans / f"{ALONE}-001", tmp_path / "cohort"
    run_inline(given, cohort, settings=settings(network, saliency=True))
    masks, artifacts = tables(cohort, "segmentations", "artifacts")
    row = masks.iloc[0]
    path = str(row["path"]).replace("_dseg", "_saliency")
    kept = artifacts.set_index("path").loc[path]
    assert kept["role"] == "saliency of a network"
    assert kept["sha256"] == sha256_of(cohort / path)
    fall, whole = read_volume(cohort / path).array, read_volume(cohort / str(row["path"])).array > 0
    assert fall[whole].mean() > 3 * np.abs(fall[~whole]).mean()
    told = json.loads((cohort / row["path"].replace(".nii.gz", ".json")).read_text(encoding="utf-8"))
    assert '"Region": "WT"' in told["Saliency"]
    with Cohort.open(cohort) as opened:
        write_report(opened.table, cohort)
    pages = [page.read_text(encoding="utf-8") for page in (cohort / "report").glob("sub-*.html")]
    assert sum("Where the network looked, on T1c" in page for page in pages) == 1


def test_without_the_starter_network_that_is_said_once(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("oncometry.segmentation.registry.SHIPPED", tmp_path)
    monkeypatch.setenv("ONCOMETRY_NETWORKS", str(tmp_path))
    plain = QUICK.changed({"features": {"profile": "none"}, "segmentation": {"when": "missing"}})
    summary = run_inline(scans / f"{ALONE}-001", tmp_path / "cohort", settings=plain)
    said = capsys.readouterr().err
    assert said.count("starter-tumor is not installed") == 1
    assert (summary.failures, summary.segmented) == ((), {"not segmented": 1})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"network": "no/such.json"}, NothingFoundError),
        ({"network": "nameless"}, NothingFoundError),
        ({"brain": "made.json"}, SettingsError),
        ({"network": "cut.json"}, CorruptInputError),
    ],
)
def test_networks_that_were_named_are_checked_before_anything_is_written(
    change: dict[str, str], error: type[Exception], network: Path, scans: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name in ("made", "cut"):
        (tmp_path / f"{name}.json").write_bytes(network.read_bytes())
    weights = network.with_suffix(".safetensors").read_bytes()
    (tmp_path / "made.safetensors").write_bytes(weights)
    (tmp_path / "cut.safetensors").write_bytes(weights[:-9])
    with pytest.raises(error):
        run_inline(scans, tmp_path / "cohort", settings=settings(network, **change))
    assert not (tmp_path / "cohort").exists()


def program(folder: Path) -> Path:
    """The card of a program that is not there yet."""
    card = {
        "name": "program", "version": "1", "task": "tumor", "format": "command", "inputs": ["T1c", "FLAIR"],
        "scheme": "brats-2023", "regions": [{"name": "WT", "labels": [1, 2, 3]}], "data": "", "license": "",
        "command": {"arguments": [str(folder / "later"), "{input}", "{output}"], "suffixes": ["_0", "_1"],
                    "labels": {2: 2}},
    }  # fmt: skip
    (folder / "program.json").write_text(json.dumps(card))
    return folder / "program.json"


def test_a_program_without_probabilities_is_refused_before_anything_is_written(
    scans: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="without probabilities"):
        run_inline(scans, tmp_path / "cohort", settings=settings(program(tmp_path), saliency=True))
    assert not (tmp_path / "cohort").exists()


def test_a_program_that_is_not_there_yet_is_asked_again(scans: Path, tmp_path: Path) -> None:
    chosen, given = settings(program(tmp_path)), scans / f"{ALONE}-001"
    for code in ("NOTHING_FOUND", "CORRUPT"):
        run_inline(given, tmp_path / "cohort", settings=chosen)
        assert list(tables(tmp_path / "cohort", "failures")[0]["code"])[-1] == code
        (tmp_path / "later").write_text("#!/bin/sh\nexit 3\n")
        (tmp_path / "later").chmod(0o755)


def test_never_is_never(scans: Path, network: Path, tmp_path: Path) -> None:
    chosen = settings(network, when="never")
    summary = run_inline(scans / f"{ALONE}-001", tmp_path / "cohort", settings=chosen)
    assert tables(tmp_path / "cohort", "segmentations")[0].empty
    assert summary.failures == ()
