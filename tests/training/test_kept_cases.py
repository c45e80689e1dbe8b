"""What training sees lies where inference will put it: truth to the prepared grid and back is the truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.segmentation.made_network import centered, head

from oncometry.core import (
    SCHEMES,
    Code,
    Contrast,
    Geometry,
    Image,
    LabelError,
    NothingFoundError,
    Segmentation,
    scheme_named,
)
from oncometry.io import segmentation_of, write_volume
from oncometry.io.case_layouts import CaseFiles, FoundCases
from oncometry.pipeline.progress import SilentProgress
from oncometry.segmentation.prepare import prepare
from oncometry.segmentation.regrid import restore_regions

pytest.importorskip("torch")

from oncometry.synthesis.training.case import case_from
from oncometry.training import kept_cases
from oncometry.training.lesson import Plan
from oncometry.training.regions import in_scheme, region_masks, shown_regions

INPUTS = (Contrast.T1C, Contrast.FLAIR)
TURNED = np.array([[0, -1, 0], [0, 0, 1], [1, 0, 0]], float)


def labels_of(geometry: Geometry) -> np.ndarray:
    """A tumor without symmetry: edema, core, enhancement."""
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in geometry.shape), indexing="ij"), axis=-1)
    place = geometry.to_world(grid) - (8.0, -5.0, 4.0)
    away = np.linalg.norm(place / (1.3, 1.0, 0.8), axis=-1)
    return np.select([away < 5, away < 8, away < 12], [3, 1, 2], 0).astype(np.uint8)


def plan(spacing_mm: float) -> Plan:
    scheme, rules = shown_regions([c for _, c in scheme_named("brats-2023").labels.values()])
    return Plan(INPUTS, rules, scheme, spacing_mm)


def files(folder: Path, geometry: Geometry, labels: np.ndarray) -> CaseFiles:
    images = head(geometry)
    paths = {contrast: folder / f"{contrast}.nii.gz" for contrast in INPUTS}
    for contrast, path in paths.items():
        write_volume(images[contrast], path)
    write_volume(Image(labels, geometry), folder / "seg.nii.gz")
    return CaseFiles("one", "one", paths, folder / "seg.nii.gz")


def kept(found: CaseFiles, of: Plan, folder: Path, scheme: str | None = "brats-2023") -> kept_cases.KeptCases:
    labels = kept_cases.MaskLabels(scheme, stated=True)
    return kept_cases.keep_cases(FoundCases((found,)), of, labels, None, folder, SilentProgress())


@pytest.mark.parametrize(("spacing_mm", "least"), [(2.0, 1.0), (1.5, 0.93)])
def test_truth_goes_to_the_prepared_grid_and_back(tmp_path: Path, spacing_mm: float, least: float) -> None:
    geometry = centered((38, 40, 36), (2.0, 2.0, 2.0), TURNED)
    labels = labels_of(geometry)
    found, of = files(tmp_path, geometry, labels), plan(spacing_mm)
    case = case_from(kept(found, of, tmp_path / "kept").cases[0].path.read_bytes())
    grid = prepare(kept_cases.read_images(found, INPUTS), kept_cases._card(of)).geometry
    assert case.shape == grid.shape
    logits = np.stack([np.where(case.volumes()[-1] > level, 9.0, -9.0) for level in range(3)]).astype(
        np.float32
    )
    back = restore_regions(logits, grid, geometry, [0.5] * 3, [2, 1, 3]).labels
    for members in ((1, 2, 3), (1, 3), (3,)):
        one, other = np.isin(back, members), np.isin(labels, members)
        assert 2 * (one & other).sum() / (one.sum() + other.sum()) >= least


def test_what_was_prepared_is_not_prepared_again_unless_a_file_changes(tmp_path: Path) -> None:
    geometry = centered((36, 36, 36), (2.0, 2.0, 2.0))
    found, of = files(tmp_path, geometry, labels_of(geometry)), plan(2.0)
    first = kept(found, of, tmp_path / "kept").cases[0].path
    written = first.stat().st_mtime_ns
    assert kept(found, of, tmp_path / "kept").cases[0].path.stat().st_mtime_ns == written
    write_volume(Image(0 * labels_of(geometry), geometry), found.mask)
    second = kept(found, of, tmp_path / "kept").cases[0].path
    assert second != first
    assert len(case_from(second.read_bytes()).tumor) == 0


def test_labels_that_nothing_explains_leave_the_case_out(tmp_path: Path) -> None:
    geometry = centered((36, 36, 36), (2.0, 2.0, 2.0))
    found = files(tmp_path, geometry, labels_of(geometry))
    images = kept_cases.read_images(found, INPUTS)
    with pytest.raises(LabelError) as caught:
        kept_cases.read_truth(found, images, None)
    assert caught.value.code is Code.LABEL_UNKNOWN
    with pytest.raises(NothingFoundError, match="none of 1 cases"):
        kept(found, plan(2.0), tmp_path / "kept", scheme=None)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_regions_of_every_scheme_survive_the_network_s_numbers(scheme: str) -> None:
    meaning = scheme_named(scheme).labels
    written, rules = shown_regions([c for _, c in meaning.values()])
    array = np.random.default_rng(0).choice([0, *meaning], (6, 7, 8)).astype(np.uint8)
    truth = segmentation_of(array, centered((6, 7, 8), (1.0, 1.0, 1.0)), scheme)
    again: Segmentation = in_scheme(truth, written, rules)
    for rule, one, other in zip(rules, region_masks(truth, rules), region_masks(again, rules), strict=True):
        np.testing.assert_array_equal(one, other, err_msg=rule.name)
    assert [len(rule.labels) for rule in rules] == list(range(len(rules), 0, -1))
