"""NIfTI: round trips, independent readers, and files that must not be believed."""

from __future__ import annotations

import gzip
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from oncometry.core import Code, Geometry, Image, OncometryError
from oncometry.io import read_volume, write_volume
from oncometry.io.manifest import FileKind
from oncometry.io.read import parse_volume_file
from oncometry.io.volume_content import check_content
from oncometry.io.volume_file import check_size

RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def _write(path: Path, array: np.ndarray, affine: np.ndarray | None = None) -> Path:
    nib.save(nib.Nifti1Image(array, np.eye(4) if affine is None else affine), path)
    return path


def _edit(path: Path, **fields: object) -> Path:
    """Change header fields of an uncompressed file in place."""
    raw = path.read_bytes()
    header = nib.Nifti1Header(raw[:348], check=False)
    for name, value in fields.items():
        header[name] = value
    path.write_bytes(header.binaryblock + raw[348:])
    return path


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.tuples(*[st.integers(1, 6)] * 3),
    spacing=st.tuples(*[st.floats(0.2, 8)] * 3),
    angles=st.tuples(*[st.floats(-170, 170)] * 3),
    origin=st.tuples(*[st.floats(-500, 500)] * 3),
    kind=st.sampled_from([np.uint8, np.int16, np.int32, np.float32]),
)
def test_what_is_written_is_read_back(
    tmp_path: Path, shape: tuple, spacing: tuple, angles: tuple, origin: tuple, kind: type
) -> None:
    turn = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    grid = Geometry.from_parts(shape, spacing, origin, turn)
    array = np.random.default_rng(1).integers(0, 200, shape).astype(kind)
    path = tmp_path / "x.nii.gz"
    first = write_volume(Image(array, grid), path)
    again = write_volume(Image(array, grid), path)
    back = read_volume(path)
    assert first == again, "the same image gives the same bytes"
    assert back.array.dtype == kind
    np.testing.assert_array_equal(back.array, array)
    assert back.geometry.matches(grid, 1e-3)


def test_other_readers_agree_on_what_is_written(tmp_path: Path) -> None:
    turn = Rotation.from_euler("xyz", [10, -20, 30], degrees=True).as_matrix()
    grid = Geometry.from_parts((4, 5, 6), (1, 2, 3), (-7, 8, 9), turn)
    array = np.arange(120, dtype=np.float32).reshape(4, 5, 6)
    write_volume(Image(array, grid), tmp_path / "x.nii.gz")
    peer = nib.load(tmp_path / "x.nii.gz")
    np.testing.assert_allclose(RAS @ peer.affine, grid.affine, atol=1e-5)
    np.testing.assert_array_equal(np.asarray(peer.dataobj), array)
    itk = sitk.ReadImage(str(tmp_path / "x.nii.gz"))
    np.testing.assert_array_equal(sitk.GetArrayFromImage(itk), array.T)
    np.testing.assert_allclose(itk.GetOrigin(), grid.origin_lps_mm, atol=1e-4)
    np.testing.assert_allclose(np.reshape(itk.GetDirection(), (3, 3)), turn, atol=1e-5)


@pytest.mark.parametrize("cut", [200, 351, 400, 900])
def test_a_file_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    whole = _write(tmp_path / "a.nii", np.ones((8, 8, 8), np.int16)).read_bytes()
    (tmp_path / "a.nii").write_bytes(whole[:cut])
    with pytest.raises(OncometryError) as caught:
        read_volume(tmp_path / "a.nii")
    assert caught.value.code in (Code.TRUNCATED, Code.NOT_AN_IMAGE)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_gzip_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    array = np.random.default_rng(0).integers(0, 999, (30, 30, 30)).astype(np.int16)
    path = _write(tmp_path / "a.nii.gz", array)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(OncometryError, match="TRUNCATED"):
        read_volume(path)


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.nii.gz", np.ones((9, 9, 9), np.int16))
    raw = bytearray(path.read_bytes())
    raw[-7] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(OncometryError, match="CHECKSUM"):
        read_volume(path)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"pixdim": [1, 1, 0, 1, 1, 1, 1, 1]}, Code.GEOMETRY_SINGULAR),
        ({"pixdim": [1, 1, np.nan, 1, 1, 1, 1, 1]}, Code.GEOMETRY_NONFINITE),
        ({"pixdim": [1, -1, 1, 1, 1, 1, 1, 1]}, Code.GEOMETRY_AMBIGUOUS),
        ({"srow_x": [np.inf, 0, 0, 0]}, Code.GEOMETRY_NONFINITE),
        ({"srow_x": [0, 0, 0, 0]}, Code.GEOMETRY_SINGULAR),
        ({"sform_code": 0, "qform_code": 0}, Code.GEOMETRY_AMBIGUOUS),
        ({"sform_code": 1, "qform_code": 1, "srow_x": [-1, 0, 0, 0]}, Code.GEOMETRY_AMBIGUOUS),
        ({"datatype": 128, "bitpix": 24}, Code.UNSUPPORTED_TYPE),
        ({"datatype": 32, "bitpix": 64}, Code.UNSUPPORTED_TYPE),
        ({"datatype": 77}, Code.CORRUPT),
        ({"dim": [3, 8, 0, 8, 1, 1, 1, 1]}, Code.EMPTY),
        ({"dim": [9, 8, 8, 8, 1, 1, 1, 1]}, Code.CORRUPT),
        ({"dim": [5, 8, 8, 2, 1, 4, 1, 1]}, Code.UNSUPPORTED_TYPE),
    ],
)
def test_headers_that_do_not_hold(tmp_path: Path, fields: dict[str, object], code: Code) -> None:
    path = _edit(_write(tmp_path / "a.nii", np.ones((8, 8, 8), np.int16)), **fields)
    with pytest.raises(OncometryError) as caught:
        parse_volume_file(path, FileKind.NIFTI).geometry  # noqa: B018
    assert caught.value.code is code
    assert str(path) in str(caught.value) or code is Code.GEOMETRY_SINGULAR


def test_a_header_that_declares_too_much_is_refused_before_allocation(tmp_path: Path) -> None:
    path = _edit(
        _write(tmp_path / "a.nii", np.ones((8, 8, 8), np.int16)), dim=[3, 30000, 30000, 3000, 1, 1, 1, 1]
    )
    with pytest.raises(OncometryError, match="TOO_LARGE"):
        check_size(parse_volume_file(path, FileKind.NIFTI), 2.0)


def test_the_stated_form_is_taken_and_recorded(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.nii", np.ones((8, 8, 8), np.int16), np.diag([2.0, 2, 2, 1]))
    _edit(path, sform_code=1, qform_code=1, srow_x=[2, 0, 0, 50])
    by_sform = parse_volume_file(path, FileKind.NIFTI, "sform")
    by_qform = parse_volume_file(path, FileKind.NIFTI, "qform")
    assert by_sform.affine[0, 3] == -50
    assert by_qform.affine[0, 3] == 0
    assert [n.code for n in by_qform.notices] == [Code.GEOMETRY_AMBIGUOUS]


@pytest.mark.parametrize(
    ("slope", "intercept", "value", "warned"),
    [(0, 0, 3, False), (0, 5, 3, True), (np.nan, 0, 3, True), (np.inf, 1, 3, True), (2, 10, 16, False)],
)
def test_scaling(tmp_path: Path, slope: float, intercept: float, value: float, warned: bool) -> None:
    path = _edit(
        _write(tmp_path / "a.nii", np.full((4, 4, 4), 3, np.int16)), scl_slope=slope, scl_inter=intercept
    )
    assert (read_volume(path).array == value).all()
    codes = [n.code for n in parse_volume_file(path, FileKind.NIFTI).notices]
    assert codes == ([Code.SCALING] if warned else [])


def test_volumes_of_a_4d_file_come_one_by_one(tmp_path: Path) -> None:
    array = np.arange(4 * 5 * 6 * 3, dtype=np.int16).reshape(4, 5, 6, 3)
    path = _write(tmp_path / "a.nii.gz", array)
    with pytest.raises(OncometryError, match="SPLIT_4D"):
        read_volume(path)
    for n in range(3):
        np.testing.assert_array_equal(read_volume(path, volume=n).array, array[..., n])
    flat = _write(tmp_path / "b.nii.gz", array[..., :1])
    np.testing.assert_array_equal(read_volume(flat).array, array[..., 0])


def test_big_endian(tmp_path: Path) -> None:
    array = np.arange(60, dtype=">i2").reshape(3, 4, 5)
    header = nib.Nifti1Header(endianness=">")
    header.set_data_dtype(">i2")
    nib.save(nib.Nifti1Image(array, np.eye(4), header), tmp_path / "a.nii")
    np.testing.assert_array_equal(read_volume(tmp_path / "a.nii").array, array)


def test_nifti_2(tmp_path: Path) -> None:
    array = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    nib.save(nib.Nifti2Image(array, np.diag([1.0, 2, 3, 1])), tmp_path / "a.nii.gz")
    image = read_volume(tmp_path / "a.nii.gz")
    np.testing.assert_array_equal(image.array, array)
    assert image.geometry.spacing_mm == (1, 2, 3)


def test_bytes_after_the_end_and_a_wrong_name_are_accepted_with_a_word(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.nii", np.ones((8, 8, 8), np.int16))
    path.write_bytes(path.read_bytes() + b"tail")
    assert check_content(parse_volume_file(path, FileKind.NIFTI)).trailing > 0
    named = tmp_path / "b.nii.gz"
    named.write_bytes(_write(tmp_path / "c.nii", np.ones((8, 8, 8), np.int16)).read_bytes())
    assert [n.code for n in parse_volume_file(named, FileKind.NIFTI).notices] == [Code.MISNAMED]
    assert read_volume(named).array.all()


@pytest.mark.parametrize(
    ("tail", "trailing"),
    [(b"GARBAGE" * 50, 350), (bytes(350), 0), (b"\x1f", 1)],
    ids=["words", "zeros", "a byte"],
)
def test_bytes_behind_a_gzip_stream_are_told(tmp_path: Path, tail: bytes, trailing: int) -> None:
    path = _write(tmp_path / "a.nii.gz", np.ones((8, 8, 8), np.int16))
    path.write_bytes(path.read_bytes() + tail)
    assert check_content(parse_volume_file(path, FileKind.NIFTI)).trailing == trailing


def test_a_qfac_of_zero_is_one(tmp_path: Path) -> None:
    """As nifti1.h reads it."""
    path = _write(tmp_path / "a.nii", np.ones((8, 8, 8), np.int16), np.diag([2.0, 3, 4, 1]))
    before = parse_volume_file(path, FileKind.NIFTI)
    for fields in ({}, {"sform_code": 0}):
        _edit(path, pixdim=[0, 2, 3, 4, 1, 1, 1, 1], qform_code=1, **fields)
        header = parse_volume_file(path, FileKind.NIFTI)
        np.testing.assert_allclose(header.affine, before.affine)
        assert not header.notices


def test_gzip_in_several_members(tmp_path: Path) -> None:
    raw = _write(tmp_path / "a.nii", np.arange(512, dtype=np.int16).reshape(8, 8, 8)).read_bytes()
    path = tmp_path / "b.nii.gz"
    path.write_bytes(gzip.compress(raw[:500]) + gzip.compress(raw[500:]))
    np.testing.assert_array_equal(read_volume(path).array.ravel(), np.arange(512))


def test_a_sheared_ramp_keeps_its_values_in_space(tmp_path: Path) -> None:
    affine = np.array([[1.0, 0.2, 0, 0], [0, 1, 0, 0], [0, 0.1, 2, 0], [0, 0, 0, 1]])
    index = np.moveaxis(np.indices((12, 12, 12)), 0, -1)
    values = (index @ affine[:3, :3].T) @ [1.0, 2.0, 3.0]
    path = _write(tmp_path / "a.nii.gz", values.astype(np.float32), affine)
    image = read_volume(path)
    assert image.geometry.is_orthogonal
    world = image.geometry.to_world(np.moveaxis(np.indices(image.array.shape), 0, -1))
    ramp = world @ [-1.0, -2.0, 3.0]
    stored = np.linalg.inv(affine)
    at = (world * [-1, -1, 1]) @ stored[:3, :3].T
    inside = ((at >= 0) & (at <= 11)).all(axis=-1)
    assert inside.sum() > 800
    np.testing.assert_allclose(image.array[inside], ramp[inside], atol=1e-3)
