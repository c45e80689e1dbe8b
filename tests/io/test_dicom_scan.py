"""The scan of DICOM files: the same elements as pydicom's, and nothing cut short is taken for whole."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
)

from oncometry.core import Code, CorruptInputError
from oncometry.io.dicom_header import WANTED, header_of, read_header
from oncometry.io.dicom_scan import DEEPEST, scan
from oncometry.io.sniff import is_dicom

HERE = Path("a.dcm")
DATA = os.environ.get("ONCOMETRY_DATA")
CUT = {"MR_truncated.dcm", "DICOMDIR-nooffset", "rtplan_truncated.dcm"}
"""pydicom's examples of files that were cut."""


def _dataset() -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, "1.2.3"
    dataset = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID, dataset.SeriesInstanceUID = CTImageStorage, "1.2.3", "1.2.4"
    dataset.PatientID, dataset.Rows, dataset.Columns, dataset.BitsAllocated = "P", 4, 5, 16
    dataset.SamplesPerPixel, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 1, 16, 15, 0
    inner = Dataset()
    inner.RadionuclideHalfLife = "6588"
    dataset.RadiopharmaceuticalInformationSequence = Sequence([inner])
    dataset.ImageComments = "after the pixels there is nothing"
    dataset.PixelData = bytes(40)
    return dataset


def _bytes(dataset: FileDataset, syntax: str = ExplicitVRLittleEndian, *, undefined: bool = False) -> bytes:
    dataset.file_meta.TransferSyntaxUID = syntax
    if undefined:
        dataset["RadiopharmaceuticalInformationSequence"].is_undefined_length = True
        dataset.RadiopharmaceuticalInformationSequence[0].is_undefined_length_sequence_item = True
    stream = io.BytesIO()
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    pydicom.dcmwrite(stream, dataset, enforce_file_format=True, implicit_vr=implicit, little_endian=little)
    return stream.getvalue()


def _examples() -> list[Path]:
    root = Path(pydicom.__file__).parent / "data"
    return [p for p in sorted(root.rglob("*")) if p.is_file()]


def _real() -> list[Path]:
    return [p for p in sorted(Path(DATA or "").rglob("*")) if p.is_file() and p.stat().st_size < 1 << 25]


SYNTAXES = [
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
]


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_encoding_gives_the_same_header(syntax: str, undefined: bool) -> None:
    dataset = header_of(_bytes(_dataset(), syntax, undefined=undefined), HERE).dataset(HERE)
    assert (dataset.PatientID, dataset.Rows, dataset.SeriesInstanceUID) == ("P", 4, "1.2.4")
    assert dataset.RadiopharmaceuticalInformationSequence[0].RadionuclideHalfLife == 6588


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_cut_anywhere_it_is_refused(syntax: str, undefined: bool) -> None:
    whole = _bytes(_dataset(), syntax, undefined=undefined)
    padded = syntax == DeflatedExplicitVRLittleEndian  # to an even length, by a byte that is no data
    for length in range(132, len(whole) - padded):
        with pytest.raises(CorruptInputError) as caught:
            header_of(whole[:length], HERE)
        assert caught.value.code in (Code.TRUNCATED, Code.CORRUPT)


def test_compressed_pixels_have_an_end() -> None:
    dataset = _dataset()
    dataset.PixelData = pydicom.encaps.encapsulate([b"\xff\xd8" + bytes(60) + b"\xff\xd9"])
    dataset["PixelData"].is_undefined_length = True
    whole = _bytes(dataset, JPEGBaseline8Bit)
    assert header_of(whole, HERE).sop_instance_uid == "1.2.3"
    for length in range(len(whole) - 80, len(whole)):
        with pytest.raises(CorruptInputError) as caught:
            header_of(whole[:length], HERE)
        assert caught.value.code is Code.TRUNCATED


def _nested(depth: int, *, undefined: bool) -> bytes:
    """Sequences in each other, written by hand: no library writes them that deep."""
    tag = b"\x54\x00\x16\x00SQ\0\0"
    if undefined:
        openings = (tag + b"\xff" * 4 + b"\xfe\xff\x00\xe0" + b"\xff" * 4) * depth
        return openings + (b"\xfe\xff\x0d\xe0" + bytes(4) + b"\xfe\xff\xdd\xe0" + bytes(4)) * depth
    content = b""
    for _ in range(depth):
        item = b"\xfe\xff\x00\xe0" + len(content).to_bytes(4, "little") + content
        content = tag + len(item).to_bytes(4, "little") + item
    return content


@pytest.mark.parametrize("undefined", [False, True])
def test_sequences_that_are_too_deep_are_refused(undefined: bool) -> None:
    start = b"\x08\x00\x16\x00UI\x04\x001.2\0"
    assert scan(start + _nested(DEEPEST, undefined=undefined), WANTED, HERE).elements
    for deep in (DEEPEST + 1, 3_000 if not undefined else 100_000):
        with pytest.raises(CorruptInputError) as caught:
            scan(start + _nested(deep, undefined=undefined), WANTED, HERE)
        assert caught.value.code is Code.TOO_DEEP


def test_a_deflated_bomb_is_refused_before_it_is_read() -> None:
    whole = _bytes(_dataset(), DeflatedExplicitVRLittleEndian)
    meta = whole[: 144 + int.from_bytes(whole[140:144], "little")]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = (
        packer.compress(b"\x08\x00\x16\x00UI\x04\x001.2\0")
        + packer.compress(bytes(200 << 20))
        + packer.flush()
    )
    with pytest.raises(CorruptInputError) as caught:
        scan(meta + bomb, WANTED, HERE)
    assert caught.value.code is Code.BOMB


@pytest.mark.parametrize(
    ("tag", "put", "code"),
    [
        (b"\x28\x00\x10\x00US", b"\x28\x00\x10\x00XX", Code.CORRUPT),
        (b"\x28\x00\x10\x00US\x02\x00", b"\x28\x00\x10\x00US\x03\x00", Code.CORRUPT),
        (
            b"\xe0\x7f\x10\x00OW\0\0\x28\0\0\0",
            b"\xe0\x7f\x10\x00OW\0\0\xfe\xff\xff\xff",
            Code.HEADER_INCONSISTENT,
        ),
        (b"\xe0\x7f\x10\x00OW\0\0\x28\0\0\0", b"\xe0\x7f\x10\x00OW\0\0\x29\0\0\0", Code.TRUNCATED),
        (
            b"\x28\x00\x10\x00US\x02\x00\x04\x00",
            b"\x28\x00\x10\x00US\x02\x00\x05\x00",
            Code.HEADER_INCONSISTENT,
        ),
        (b"\x28\x00\x10\x00US\x02\x00\x04\x00", b"\x28\x00\x10\x00US\x02\x00\x00\x00", Code.EMPTY),
    ],
    ids=["no such VR", "half a number", "absurd length", "pixels short", "more rows than pixels", "no rows"],
)
def test_what_does_not_fit_is_refused(tag: bytes, put: bytes, code: Code) -> None:
    whole = _bytes(_dataset())
    assert whole.count(tag) == 1
    with pytest.raises(CorruptInputError) as caught:
        header_of(whole.replace(tag, put), HERE)
    assert caught.value.code is code


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
@pytest.mark.parametrize("where", ["pydicom", "data"])
def test_the_elements_are_pydicoms(where: str) -> None:
    if where == "data" and not DATA:
        pytest.skip("ONCOMETRY_DATA is not set: the real data are not here")
    compared = 0
    for path in _examples() if where == "pydicom" else _real():
        content = path.read_bytes()
        if not is_dicom(content[:4096]):
            continue
        if path.name in CUT:
            with pytest.raises(CorruptInputError, match="TRUNCATED"):
                scan(content, WANTED, path)
            continue
        found = scan(content, WANTED, path)
        peer = pydicom.dcmread(io.BytesIO(content), force=True, stop_before_pixels=True)
        assert set(found.elements) == set(map(int, peer.keys())) & WANTED, path
        compared += 1
    assert compared > 100


def test_the_values_are_pydicoms() -> None:
    for name in ("CT_small.dcm", "MR_small_implicit.dcm", "MR_small_bigendian.dcm"):
        path = Path(pydicom.data.get_testdata_file(name))
        ours, peer = read_header(path), pydicom.dcmread(path)
        for element in ours:
            assert element.value == peer[element.tag].value, (name, element.tag)
