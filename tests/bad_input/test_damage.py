"""Files cut short and bytes flipped: nothing cut is taken for whole, nothing crashes, no grid moves unsaid.

The same runs over whole folders in benchmarks/reliability_bad_input.py.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from .damage import Flip
from .examined import examine, moved
from .good_patient import write_good_patient
from .make_dicom import save, series, structures
from .make_nifti import ball, nifti, nifti_bytes, nrrd
from .mask_rows import PLANES, SLICES, circle
from .sweep import cut_files, flip_files, units_of
from .volume_rows import NOISE

SAMPLE = 12
"""Of the real files, every twelfth is taken."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of each kind that the tests can make."""
    folder = tmp_path_factory.mktemp("made")
    nifti(folder / "nifti" / "a_t1c.nii.gz", NOISE)
    nifti(folder / "nifti" / "a_seg.nii", ball())
    nifti(folder / "nifti" / "b.nii", NOISE, two=True)
    nrrd(folder / "nrrd" / "a.nrrd", NOISE[:6])
    nrrd(folder / "nrrd" / "b_seg.nrrd", ball(), encoding="gzip")
    write_good_patient(folder / "dicom")
    series(folder / "slices", positions=SLICES)
    save(structures([circle(3, z) for z in PLANES], images=["1.2.3.4"]), folder / "contours" / "rt.dcm")
    return folder


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_no_cut_file_that_is_made_here_is_taken_for_whole(made: Path) -> None:
    counts = cut_files([p for n, p in enumerate(_files(made)) if "image" not in str(p) or n % 4 == 0])
    assert not counts.faults, counts.faults[0]
    assert not counts.accepted
    assert counts.tried > 200


@pytest.mark.data
def test_no_cut_real_file_is_taken_for_whole(data_folder: Path) -> None:
    counts = cut_files(_files(data_folder)[::SAMPLE], points=6)
    assert not counts.faults, counts.faults[0]
    assert not counts.accepted


@pytest.mark.parametrize("kind", ["NIfTI", "NRRD", "DICOM"])
def test_a_flipped_byte_is_seen_where_the_format_says_things_twice(made: Path, kind: str) -> None:
    """What is left are lone digits: a direction or an offset of a NRRD, a coordinate of a contour's point."""
    counts = flip_files(units_of(made, kind), 60, seed=1)
    assert not counts.faults, counts.faults[0]
    lone = {"NIfTI": (), "NRRD": ("origin", "directions"), "DICOM": ("ContourData",)}[kind]
    unseen = [found for found in counts.silent if not any(word in found[2] for word in lone)]
    assert not unseen
    assert counts.refused > 10


@pytest.mark.parametrize("at", [*range(40, 48), *range(76, 92), *range(256, 328), 344, 345, 346])
def test_every_byte_that_places_a_nifti_with_both_forms_is_held(at: int, tmp_path: Path) -> None:
    """Sizes, voxel size, quaternion, offsets and rows: a flip is refused, said, or moves nothing by a micrometer."""
    folder = tmp_path / "in"
    nifti(folder / "a.nii", NOISE)
    whole = examine(folder)
    data = nifti_bytes(NOISE)
    for by in (1, 0x80, 0x55):
        (folder / "a.nii").write_bytes(Flip(at, by).of(data))
        found = examine(folder)
        assert not found.faults, found.faults[0]
        assert found.refused or found.notices or moved(whole, found) is None


@pytest.fixture
def data_folder() -> Path:
    named = os.environ.get("ONCOMETRY_DATA")
    if not named:
        pytest.skip("ONCOMETRY_DATA is not set: the real data are not here")
    return Path(named) / "imaging"


def test_distances_of_grids_are_seen(made: Path) -> None:
    """The measure itself: a shift of two micrometers is a move, one of half a micrometer is none."""
    folder = made.parent / f"moved-{os.getpid()}"
    nifti(folder / "in" / "a.nii", NOISE)
    before = examine(folder / "in")
    for shift, seen in ((0.002, True), (0.0005, False)):
        affine = np.diag([-1.0, -1.0, 2.0, 1.0])
        affine[0, 3] = shift
        nifti(folder / "in" / "a.nii", NOISE, affine)
        assert (moved(before, examine(folder / "in")) is not None) == seen
