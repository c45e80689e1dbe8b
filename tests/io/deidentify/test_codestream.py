"""Compressed pixels: comments go, pixels stay."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000, MPEG2MPML, JPEGBaseline8Bit, RLELossless

from oncometry.core import Code
from oncometry.io.deidentify import Key, deidentify

from .answer_key import base, outputs, save

KEY = Key(bytes(range(32)))
PICTURE = np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)


def frame(kind: str, *, comment: bytes) -> bytes:
    """A compressed picture with a comment, and in a JPEG an Exif segment."""
    stream = io.BytesIO()
    if kind == "JPEG2000":
        Image.fromarray(PICTURE).save(stream, kind, no_jp2=True, irreversible=False)
        content = stream.getvalue()
        size = 4 + int.from_bytes(content[4:6], "big")  # behind SIZ, which has to be the first
        segment = b"\xff\x64" + (len(comment) + 4).to_bytes(2, "big") + b"\0\1" + comment
        return content[:size] + segment + content[size:]
    Image.fromarray(PICTURE).save(stream, kind, quality=95)
    content = stream.getvalue()
    segments = b"".join(
        marker + (len(comment) + 2).to_bytes(2, "big") + comment for marker in (b"\xff\xfe", b"\xff\xe1")
    )
    return content[:2] + segments + content[2:]


def compressed(path: Path, kind: str, syntax: str, frames: list[bytes]) -> Path:
    dataset = base()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.Rows = dataset.Columns = 32
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    if len(frames) > 1:
        dataset.NumberOfFrames = len(frames)
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].is_undefined_length = True
    return save(dataset, path)


@pytest.mark.parametrize(("kind", "syntax"), [("JPEG", JPEGBaseline8Bit), ("JPEG2000", JPEG2000)])
@pytest.mark.parametrize("number", [1, 3])
def test_comments_go_and_pixels_stay(tmp_path: Path, kind: str, syntax: str, number: int) -> None:
    frames = [frame(kind, comment=b"ZQCOMMENTXK of %d" % n) for n in range(number)]
    original = compressed(tmp_path / "in" / "a.dcm", kind, syntax, frames)
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.quarantined) == (1, {})
    (copy,) = outputs(tmp_path / "out")
    assert b"ZQ" not in copy.read_bytes()
    before, after = (pydicom.dcmread(path).pixel_array for path in (original, copy))
    assert np.array_equal(before, after)


def test_what_has_no_comment_stays_to_the_byte(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.fromarray(PICTURE).save(stream, "JPEG2000", no_jp2=True, irreversible=False)
    content = stream.getvalue()
    at = content.find(b"\xff\x64")
    if at > 0:  # the coder's own
        content = content[:at] + content[at + 2 + int.from_bytes(content[at + 2 : at + 4], "big") :]
    original = compressed(tmp_path / "in" / "a.dcm", "JPEG2000", JPEG2000, [content])
    deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    (copy,) = outputs(tmp_path / "out")
    assert pydicom.dcmread(copy).PixelData == pydicom.dcmread(original).PixelData


def test_a_compression_that_may_hide_texts_is_left_out(tmp_path: Path) -> None:
    compressed(tmp_path / "in" / "a.dcm", "", MPEG2MPML, [b"ZQ" * 20])
    assert deidentify([tmp_path / "in"], tmp_path / "out", KEY).quarantined == {Code.UNSUPPORTED_TYPE: 1}


def test_bytes_behind_the_pixels_go(tmp_path: Path) -> None:
    dataset = base()
    dataset.SOPClassUID = (
        "1.2.840.10008.5.1.4.1.1.20"  # nuclear medicine: no volume, so its length is not checked before
    )
    dataset.PixelData += b"ZQTRAILERXK!"
    save(dataset, tmp_path / "in" / "a.dcm")
    assert deidentify([tmp_path / "in"], tmp_path / "out", KEY).written == 1
    (copy,) = outputs(tmp_path / "out")
    assert pydicom.dcmread(copy).PixelData == base().PixelData


def test_run_length_coded_pixels_stay(tmp_path: Path) -> None:
    dataset = base()
    dataset.compress(RLELossless)
    save(dataset, tmp_path / "in" / "a.dcm")
    assert deidentify([tmp_path / "in"], tmp_path / "out", KEY).written == 1
    (copy,) = outputs(tmp_path / "out")
    assert np.array_equal(pydicom.dcmread(copy).pixel_array, base().pixel_array)
