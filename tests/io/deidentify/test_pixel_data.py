"""Pixels stay; what stands among, behind or in the unused bits of them goes, or the file does."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEG2000, MPEG2MPML, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from oncometry.core import Code, CorruptInputError
from oncometry.io.deidentify import DeidentifySettings, Key, deidentify
from oncometry.io.deidentify.file import clean_file

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
    kept, given = (
        list(generate_frames(pydicom.dcmread(p).PixelData, number_of_frames=1)) for p in (copy, original)
    )
    assert kept == given


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


TOKEN = b"ZQPIXELXK!"


def segment(marker: int) -> bytes:
    return bytes((0xFF, marker)) + (len(TOKEN) + 2).to_bytes(2, "big") + TOKEN


def item(content: bytes) -> bytes:
    return b"\xfe\xff\x00\xe0" + len(content).to_bytes(4, "little") + content


def within(stream: bytes, at: int, more: bytes) -> bytes:
    return stream[:at] + more + stream[at:]


def plain_stream(syntax: str) -> bytes:
    if syntax == JPEGLSLossless:
        dataset = base()
        dataset.Rows = dataset.Columns = 32
        dataset.BitsAllocated = dataset.BitsStored = 8
        dataset.HighBit = 7
        dataset.PixelData = PICTURE.tobytes()
        dataset.compress(JPEGLSLossless)
        return next(generate_frames(dataset.PixelData, number_of_frames=1))
    return frame("JPEG2000" if syntax == JPEG2000 else "JPEG", comment=b"plain")


def scan(stream: bytes) -> int:
    """Where the coded data of a JPEG begin."""
    at = stream.find(b"\xff\xda")
    return at + 2 + int.from_bytes(stream[at + 2 : at + 4], "big")


HIDING = {
    "behind the end": lambda s: s + TOKEN,
    "comment after the scan": lambda s: within(s, s.rfind(b"\xff\xd9"), segment(0xFE)),
    "APP14": lambda s: within(s, 2, segment(0xEE)),
    "APP8": lambda s: within(s, 2, segment(0xE8)),
    "after a fill byte": lambda s: within(s, 2, b"\xff" + segment(0xFE)),
    "a longer table": lambda s: within(s, 2, segment(0xDB)),
    "a reserved segment": lambda s: within(s, 2, segment(0xF0)),
    "before the start": lambda s: TOKEN + s,
    "between segments": lambda s: within(s, 2, TOKEN),
}
REFUSED = ("a longer table", "a reserved segment", "before the start", "between segments")


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEGLSLossless])
@pytest.mark.parametrize("place", HIDING)
def test_nothing_hides_in_a_jpeg(tmp_path: Path, syntax: str, place: str) -> None:
    stream = plain_stream(syntax)
    path = compressed(tmp_path / "a.dcm", "", syntax, [HIDING[place](stream)])
    if place in REFUSED:
        with pytest.raises(CorruptInputError, match="no plain JPEG stream"):
            clean_file(path, KEY, DeidentifySettings())
        return
    clean = clean_file(path, KEY, DeidentifySettings())
    assert TOKEN not in clean.content
    whole = pydicom.dcmread(compressed(tmp_path / "b.dcm", "", syntax, [stream])).pixel_array
    assert np.array_equal(pydicom.dcmread(io.BytesIO(clean.content)).pixel_array, whole)


HIDING_2000 = {
    "behind the end": (lambda s: s + TOKEN, False),
    "comment in a tile": (lambda s: within(s, s.find(b"\xff\x90") + 12, segment(0x64)), True),
    "before the start": (lambda s: TOKEN + s, True),
    "unknown marker": (lambda s: within(s, s.find(b"\xff\x90"), segment(0x30)), True),
    "boxed": (lambda s: b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x12xml " + TOKEN + b"\0\0\0\0jp2c" + s, True),
}


@pytest.mark.parametrize("place", HIDING_2000)
def test_nothing_hides_in_a_jpeg_2000(tmp_path: Path, place: str) -> None:
    change, refused = HIDING_2000[place]
    stream = plain_stream(JPEG2000)
    path = compressed(tmp_path / "a.dcm", "", JPEG2000, [change(stream)])
    if refused:
        with pytest.raises(CorruptInputError, match="no plain JPEG 2000"):
            clean_file(path, KEY, DeidentifySettings())
        return
    assert TOKEN not in clean_file(path, KEY, DeidentifySettings()).content


def packed(path: Path, content: bytes, *, frames: int) -> Path:
    """Encapsulated pixels as given."""
    compressed(path, "", JPEG2000, [plain_stream(JPEG2000)])
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames, dataset.PixelData = frames, content
    dataset["PixelData"].is_undefined_length = True
    dataset.add_new(0x7FE00003, "UV", 9999)
    dataset.add_new(0x7FE00001, "OV", TOKEN[:8])
    dataset.save_as(path, enforce_file_format=False)
    return path


def test_no_text_in_offset_tables_and_no_fragment_too_many(tmp_path: Path) -> None:
    stream = plain_stream(JPEG2000)
    even = stream + bytes(len(stream) % 2)
    cut = even[:100], even[100:]
    told = item(TOKEN[:8]) + item(even)
    clean = clean_file(packed(tmp_path / "a.dcm", told, frames=1), KEY, DeidentifySettings())
    assert TOKEN[:8] not in clean.content
    assert not {0x7FE00001, 0x7FE00003} & set(clean.dataset.keys())
    split = item(b"") + item(cut[0]) + item(cut[1]) + item(even) + item(TOKEN)
    clean = clean_file(packed(tmp_path / "b.dcm", split, frames=2), KEY, DeidentifySettings())
    assert TOKEN not in clean.content
    assert pydicom.dcmread(io.BytesIO(clean.content)).pixel_array.shape == (2, 32, 32)
    with pytest.raises(CorruptInputError, match="3 frames, not 2"):
        clean_file(
            packed(tmp_path / "c.dcm", split[:8] + item(even) + split[8:], frames=2),
            KEY,
            DeidentifySettings(),
        )


@pytest.mark.parametrize("kind", ["<u2", "<i2"])
def test_bits_beyond_those_stored_are_cleared(tmp_path: Path, kind: str) -> None:
    dataset = base()
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, int(kind == "<i2")
    values = np.arange(16).astype(kind)
    if kind == "<i2":
        values -= 8
    drawn = (values.view("<u2") & 0x0FFF) | np.array([0x1000, 0x2000] * 8, "<u2")
    dataset.PixelData = drawn.tobytes()
    clean = clean_file(save(dataset, tmp_path / "a.dcm"), KEY, DeidentifySettings())
    assert np.array_equal(np.frombuffer(clean.dataset.PixelData, kind), values)


def test_coded_bits_beyond_those_stored_take_the_file_out(tmp_path: Path) -> None:
    for number, bit in enumerate((0, 0x1000)):
        dataset = base(sop=f"1.3.999.4.{number}")
        dataset.BitsStored, dataset.HighBit = 12, 11
        dataset.PixelData = np.full(16, 7 | bit, "<u2").tobytes()
        dataset.compress(RLELossless)
        save(dataset, tmp_path / "in" / f"{number}.dcm")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.quarantined) == (1, {Code.BURNED_IN: 1})


def test_tables_and_floats_are_as_long_as_declared(tmp_path: Path) -> None:
    dataset = base()
    table, icon = Dataset(), Dataset()
    table.LUTDescriptor, table.LUTExplanation = [4, 0, 16], "ZQ"
    table.add_new(0x00283006, "OW", np.arange(4, dtype="<u2").tobytes() + TOKEN)
    icon.add_new(0x7FE00010, "OW", TOKEN)
    dataset.ModalityLUTSequence, dataset.SharedFunctionalGroupsSequence = [table], [icon]
    dataset.add_new(0x00281201, "OW", TOKEN)
    clean = clean_file(save(dataset, tmp_path / "a.dcm"), KEY, DeidentifySettings())
    assert TOKEN not in clean.content
    assert clean.dataset.ModalityLUTSequence[0].LUTData == np.arange(4, dtype="<u2").tobytes()
    floats = base(sop="1.3.999.4.1")
    del floats.PixelData
    floats.add_new(0x7FE00008, "OF", np.zeros(16, "<f4").tobytes() + TOKEN + b"\0\0")
    assert TOKEN not in clean_file(save(floats, tmp_path / "b.dcm"), KEY, DeidentifySettings()).content


def test_run_length_coded_pixels_stay_without_what_is_behind_them(tmp_path: Path) -> None:
    dataset = base()
    dataset.compress(RLELossless)
    (coded,) = generate_frames(dataset.PixelData, number_of_frames=1)
    dataset.PixelData = encapsulate([coded + TOKEN])
    clean = clean_file(save(dataset, tmp_path / "a.dcm"), KEY, DeidentifySettings())
    assert TOKEN not in clean.content
    assert np.array_equal(pydicom.dcmread(io.BytesIO(clean.content)).pixel_array, base().pixel_array)
