"""Masks in NIfTI and NRRD, as tools write them."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray

from oncometry.core import Code, Compartment, CorruptInputError, Geometry, LabelError, Segment, Segmentation
from oncometry.io import read_mask_file, write_segmentation

SHAPE = (12, 11, 9)


def nifti(path: Path, array: NDArray[np.generic]) -> Path:
    image = nib.Nifti1Image(array, np.diag([1.0, 1.0, 2.0, 1.0]))
    image.set_sform(image.affine, 1)
    image.set_qform(image.affine, 1)
    nib.save(image, path)
    return path


def block(value: float, kind: type = np.uint8) -> NDArray[np.generic]:
    array = np.zeros(SHAPE, kind)
    array[2:7, 3:8, 4:6] = value
    return array


@pytest.mark.parametrize(
    ("value", "kind"),
    [(255, np.uint8), (0.0039, np.float32), (1.0, np.float64), (-1, np.int16), (2**32 - 29, np.uint32)],
)
def test_binary_by_intent(tmp_path: Path, value: float, kind: type) -> None:
    read = read_mask_file(nifti(tmp_path / "m.nii.gz", block(value, kind)))
    assert (read.scheme, [s.voxels for s in read]) == ("binary", [50])
    assert read.segments[0].compartment is Compartment.WHOLE
    assert any(n.code is Code.LABELS_GUESSED and n.path for n in read.notices)


def test_values_that_are_no_labels(tmp_path: Path) -> None:
    array = block(1, np.float32)
    array[0, 0, 0], array[1, 0, 0] = 2.5, np.nan
    with pytest.raises(LabelError) as caught:
        read_mask_file(nifti(tmp_path / "m.nii", array))
    assert caught.value.code is Code.LABEL_UNKNOWN
    assert "2.5" in caught.value.what


def test_probabilities_are_kept(tmp_path: Path) -> None:
    array = np.random.default_rng(0).random(SHAPE).astype(np.float32)
    read = read_mask_file(nifti(tmp_path / "m.nii.gz", array))
    assert read[1].voxels == int((array >= 0.5).sum())
    field = read[1].probability
    assert field is not None
    np.testing.assert_array_equal(field, array[read[1].box])
    assert any("0.5" in n.what for n in read.notices)


def test_a_voxel_about_probabilities_is_kept(tmp_path: Path) -> None:
    array = np.full(SHAPE, 0.2, np.float32)
    array[2:5, 1:4, 0:2] = 0.8
    array[2, 1, 0] = 0.6
    (read,) = read_mask_file(nifti(tmp_path / "m.nii", array))
    assert read.probability is not None
    assert (read.array.shape, read.probability.shape) == ((5, 5, 3), (5, 5, 3))
    np.testing.assert_array_equal(read.array, array[read.box] >= 0.5)
    assert read.probability[0].max() == pytest.approx(0.2)


def test_an_empty_mask_is_no_error(tmp_path: Path) -> None:
    read = read_mask_file(nifti(tmp_path / "m.nii.gz", block(0)))
    assert not read.segments
    assert [n.code for n in read.notices] == [Code.MASK_EMPTY]


def test_a_cut_mask_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 4, SHAPE).astype(np.uint8)
    for name in ("m.nii", "m.nii.gz"):
        path = nifti(tmp_path / name, noise)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.9)])
        with pytest.raises(CorruptInputError) as caught:
            read_mask_file(path)
        assert caught.value.code is Code.TRUNCATED


def test_one_hot_layers_may_overlap(tmp_path: Path) -> None:
    layers = np.stack([block(1), block(1), np.zeros(SHAPE, np.uint8)], axis=-1)
    read = read_mask_file(nifti(tmp_path / "m.nii.gz", layers))
    assert [(s.number, s.voxels) for s in read] == [(1, 50), (2, 50), (3, 0)]


def test_several_masks_in_one_file_are_refused(tmp_path: Path) -> None:
    both = block(1) + 0
    both[0, 0, 0] = 2
    with pytest.raises(LabelError):
        read_mask_file(nifti(tmp_path / "m.nii.gz", np.stack([both, both], axis=-1)))


@pytest.mark.parametrize("overlap", [False, True])
def test_what_the_cohort_keeps_comes_back(tmp_path: Path, overlap: bool) -> None:
    grid = Geometry.from_parts(SHAPE, (1, 1, 2), (3, 4, 5))
    first = block(1).astype(bool)
    second = first if overlap else ~first
    segments = (
        Segment.from_mask(2, "rim", Compartment.ENHANCING, first),
        Segment.from_mask(5, "=odd", Compartment.EDEMA, second),
    )
    kept = Segmentation(grid, segments, "named", "file")
    write_segmentation(kept, tmp_path, Path("mask_dseg.nii.gz"))
    read = read_mask_file(tmp_path / "mask_dseg.nii.gz", scheme="named")
    assert [(s.number, s.compartment) for s in read] == [(2, Compartment.ENHANCING), (5, Compartment.EDEMA)]
    for number in (2, 5):
        np.testing.assert_array_equal(read.mask(number), kept.mask(number))
    assert read.geometry.matches(grid)


def slicer(path: Path, layers: NDArray[np.uint8], segments: list[tuple[int, int, str, str]]) -> Path:
    image = sitk.GetImageFromArray(layers, isVector=layers.ndim == 4)
    image.SetSpacing((1.0, 1.0, 2.0))
    for n, (value, layer, name, meaning) in enumerate(segments):
        image.SetMetaData(f"Segment{n}_LabelValue", str(value))
        image.SetMetaData(f"Segment{n}_Layer", str(layer))
        image.SetMetaData(f"Segment{n}_Name", name)
        tags = (
            f"TerminologyEntry:Segmentation category and type~SCT^49755003^Morph~SCT^1^{meaning}~^^~A~^^~^^|"
        )
        image.SetMetaData(f"Segment{n}_Tags", tags)
    sitk.WriteImage(image, str(path), useCompression=True)
    return path


def test_slicer_segments(tmp_path: Path) -> None:
    one, two = block(1).T, np.zeros(SHAPE[::-1], np.uint8)
    two[4:8, 3:8, 2:7] = 1
    path = slicer(
        tmp_path / "a.seg.nrrd",
        np.stack([one, two], axis=-1),
        [(1, 0, "Segment_1", "Necrosis"), (1, 1, "liver", "Liver")],
    )
    read = read_mask_file(path)
    assert [(s.number, s.name, s.compartment, s.meaning) for s in read] == [
        (1, "Segment_1", Compartment.NECROSIS, "Necrosis"),
        (2, "liver", Compartment.OTHER, "Liver"),
    ]
    np.testing.assert_array_equal(read.mask(1), one.T.astype(bool))
    np.testing.assert_array_equal(read.mask(2), two.T.astype(bool))
    assert (read.scheme, read.scheme_source) == ("named", "file")
