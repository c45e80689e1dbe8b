"""NRRD against SimpleITK, and headers that must not be believed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.core import Code, OncometryError
from oncometry.io import read_volume
from oncometry.io.nrrd import parse_nrrd

HEADER = """NRRD0004
type: short
dimension: 3
space: {space}
sizes: 2 3 4
space directions: (2,0,0) (0,3,0) (0,0,4)
endian: little
encoding: raw
space origin: (1,2,3)
"""


def _raw(path: Path, header: str = HEADER, space: str = "left-posterior-superior") -> Path:
    data = np.arange(24, dtype="<i2").tobytes()
    path.write_bytes(header.format(space=space).encode() + b"\n" + data)
    return path


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32, np.float64])
def test_simpleitk_writes_what_is_read(tmp_path: Path, compressed: bool, kind: type) -> None:
    array = np.arange(60).reshape(5, 4, 3).astype(kind)
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1.5, 2.5, 3.5))
    image.SetOrigin((-10, 20, 30))
    image.SetDirection((0, 1, 0, -1, 0, 0, 0, 0, 1))
    path = tmp_path / "a.nrrd"
    sitk.WriteImage(image, str(path), compressed)
    mine = read_volume(path)
    np.testing.assert_array_equal(mine.array, array.T)
    assert mine.array.dtype == kind
    np.testing.assert_allclose(mine.geometry.spacing_mm, image.GetSpacing())
    np.testing.assert_allclose(mine.geometry.direction.ravel(), image.GetDirection())
    np.testing.assert_allclose(mine.geometry.origin_lps_mm, image.GetOrigin())


def test_ras_is_turned(tmp_path: Path) -> None:
    image = read_volume(_raw(tmp_path / "a.nrrd", space="right-anterior-superior"))
    assert image.geometry.origin_lps_mm == (-1, -2, 3)
    np.testing.assert_array_equal(image.geometry.direction, np.diag([-1, -1, 1]))
    assert image.array[1, 2, 3] == 23


def test_centimeters_are_not_taken_for_millimeters(tmp_path: Path) -> None:
    image = read_volume(_raw(tmp_path / "a.nrrd", HEADER + 'space units: "cm" "cm" "cm"\n'))
    assert image.geometry.spacing_mm == pytest.approx((20, 30, 40))
    assert image.geometry.origin_lps_mm == pytest.approx((10, 20, 30))


def test_keys_of_a_programs_own_are_no_fields(tmp_path: Path) -> None:
    """They may hold colons, and what looks like a field behind their mark."""
    own = (
        "DICOM:0008:0060:=MR\nSegment0_Tags:=Segmentation.Status: done\nnote:= sizes: 9 9 9\n# sizes: 8 8 8\n"
    )
    parsed = parse_nrrd(_raw(tmp_path / "a.nrrd", HEADER + own))
    assert (parsed.shape, parsed.notices) == ((2, 3, 4), ())


def test_an_origin_that_is_not_stated_is_said(tmp_path: Path) -> None:
    stated = parse_nrrd(_raw(tmp_path / "a.nrrd"))
    absent = parse_nrrd(_raw(tmp_path / "b.nrrd", HEADER.replace("space origin: (1,2,3)\n", "")))
    assert not stated.notices
    assert [n.code for n in absent.notices] == [Code.GEOMETRY_MISSING]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("encoding: raw\n", 'encoding: raw\nspace units: "s" "s" "s"\n', Code.SPACING_INVALID),
        ("space: {space}\n", "", Code.GEOMETRY_AMBIGUOUS),
        ("space directions: (2,0,0) (0,3,0) (0,0,4)\n", "spacings: 1 1 1\n", Code.GEOMETRY_AMBIGUOUS),
        ("(2,0,0)", "(nan,0,0)", Code.GEOMETRY_NONFINITE),
        ("(2,0,0)", "(0,0,0)", Code.GEOMETRY_SINGULAR),
        ("(2,0,0)", "(two)", Code.CORRUPT),
        ("sizes: 2 3 4", "sizes: 2 3 5", Code.TRUNCATED),
        ("sizes: 2 3 4", "sizes: 2 0 4", Code.EMPTY),
        ("sizes: 2 3 4", "sizes: 2 x 4", Code.CORRUPT),
        ("encoding: raw", "encoding: text", Code.UNSUPPORTED_TYPE),
        ("type: short", "type: block", Code.UNSUPPORTED_TYPE),
        ("endian: little", "data file: a.raw", Code.UNSUPPORTED_TYPE),
    ],
)
def test_headers_that_do_not_hold(tmp_path: Path, old: str, new: str, code: Code) -> None:
    with pytest.raises(OncometryError) as caught:
        read_volume(_raw(tmp_path / "a.nrrd", HEADER.replace(old, new)))
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("endian: little", "endian: bog", Code.CORRUPT),
        ("endian: little\n", "", Code.CORRUPT),
        ("endian: little", "endian: little\nspacings: 2 3 9", Code.HEADER_INCONSISTENT),
        ("endian: little", "endian: little\nspacings: 2 3", Code.CORRUPT),
    ],
)
def test_byte_order_and_spacings_must_hold(tmp_path: Path, old: str, new: str, code: Code) -> None:
    with pytest.raises(OncometryError) as caught:
        read_volume(_raw(tmp_path / "a.nrrd", HEADER.replace(old, new)))
    assert caught.value.code is code


def test_byte_order_is_needed_of_no_single_bytes_and_equal_spacings_are_no_fault(tmp_path: Path) -> None:
    header = HEADER.replace("short", "uchar").replace("endian: little", "spacings: 2 3 4")
    path = tmp_path / "a.nrrd"
    path.write_bytes(header.format(space="LPS").encode() + b"\n" + bytes(range(24)))
    assert read_volume(path).array[1, 2, 3] == 23


def test_a_compressed_file_cut_short_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 999, (20, 20, 20)).astype(np.int16)
    path = tmp_path / "a.nrrd"
    sitk.WriteImage(sitk.GetImageFromArray(noise), str(path), True)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(OncometryError, match="TRUNCATED"):
        read_volume(path)


@pytest.mark.data
@pytest.mark.parametrize("name", ["brain1", "brain2", "breast1"])
def test_real_images_are_as_simpleitk_reads_them(data_folder: Path, name: str) -> None:
    path = data_folder / "pyradiomics" / f"{name}_image.nrrd"
    peer, mine = sitk.ReadImage(str(path)), read_volume(path)
    np.testing.assert_array_equal(mine.array, sitk.GetArrayFromImage(peer).T)
    np.testing.assert_allclose(mine.geometry.origin_lps_mm, peer.GetOrigin(), atol=1e-6)
    np.testing.assert_allclose(mine.geometry.direction.ravel(), peer.GetDirection(), atol=1e-9)
