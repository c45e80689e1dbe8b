"""Compressed pixels: the same numbers as plain ones, decoded in another process, refused as their file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from oncometry.core import Code, CorruptInputError
from oncometry.io import CurateSettings, SeriesRecord, curate, read_image, read_volume
from oncometry.io import pixels as pixels_module

from ..bad_input.dicom_rows import write_enhanced
from ..bad_input.make_dicom import compress, series

KINDS = ("RLELossless", "JPEGLSLossless", "JPEG2000Lossless", "JPEGLosslessProcess14_1")
NOISE = np.random.default_rng(3).integers(-1000, 3000, (5, 16, 24)).astype(np.int16)


def _record(folder: Path, workspace: Path) -> SeriesRecord:
    (record,) = curate([folder], CurateSettings(), workspace=workspace).series
    return record


def _slices(folder: Path) -> list[Path]:
    return series(folder, array=tuple(NOISE))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("write", [_slices, write_enhanced], ids=["slices", "frames"])
def test_compression_changes_no_value(tmp_path: Path, kind: str, write, monkeypatch) -> None:
    monkeypatch.setattr(pixels_module, "PIECE", 3 * 2 * 64)  # three frames of the enhanced object at a time
    write(tmp_path / "in")
    plain = read_image(_record(tmp_path / "in", tmp_path / "one")).array
    for path in (tmp_path / "in").iterdir():
        compress(path, kind)
        assert pydicom.dcmread(path).file_meta.TransferSyntaxUID.is_encapsulated

    np.testing.assert_array_equal(read_image(_record(tmp_path / "in", tmp_path / "two")).array, plain)


def test_plain_and_compressed_slices_make_one_volume(tmp_path: Path) -> None:
    paths = _slices(tmp_path / "in")
    plain = read_volume(tmp_path / "in").array
    for path, kind in zip(paths[::2], KINDS, strict=False):
        compress(path, kind)
    np.testing.assert_array_equal(read_volume(tmp_path / "in").array, plain)


def test_nothing_compressed_is_decoded_in_this_process(tmp_path: Path, monkeypatch) -> None:
    for path in _slices(tmp_path):
        compress(path, "JPEG2000Lossless")

    def here(*_: object, **__: object) -> None:
        raise AssertionError("decoded here")

    monkeypatch.setattr(pixels_module, "iter_pixels", here)
    monkeypatch.setattr(pydicom.FileDataset, "pixel_array", property(here))
    assert read_volume(tmp_path).array.shape == (24, 16, 5)


def test_a_stream_that_does_not_decode_is_told_of_its_file(tmp_path: Path) -> None:
    for path in _slices(tmp_path):
        compress(path, "JPEG2000Lossless")
    broken = tmp_path / "s2.dcm"
    data = broken.read_bytes()
    at = data.index(b"\xff\x93") + 2
    broken.write_bytes(data[:at] + bytes(len(data) - at - 8) + data[-8:])
    with pytest.raises(CorruptInputError) as caught:
        read_volume(tmp_path)
    assert caught.value.path == broken


def test_what_a_decoder_does_to_its_process_is_told_of_its_file(tmp_path: Path, monkeypatch) -> None:
    for path in _slices(tmp_path):
        compress(path, "RLELossless")
    lost = CorruptInputError(Code.BOMB, "it takes more than 30 s.", advice="Ask.")
    monkeypatch.setattr(pixels_module, "isolated_each", lambda _, work: [(item, lost) for item in work])
    with pytest.raises(CorruptInputError) as caught:
        read_volume(tmp_path)
    assert (caught.value.code, caught.value.path, caught.value.advice) == (
        Code.BOMB,
        tmp_path / "s0.dcm",
        "Ask.",
    )
