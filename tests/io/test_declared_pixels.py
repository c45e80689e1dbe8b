"""Compressed pixels against the header: what a codec can do is accepted, one pixel more than it can is not."""

from __future__ import annotations

import io
from pathlib import Path

import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from oncometry.core import Code, CorruptInputError
from oncometry.io.dicom_header import header_of

from ..bad_input.make_dicom import dataset

MIB = 1 << 20


def _bytes(syntax: str, fragments: list[int], **stated: object) -> bytes:
    """An image with fragments of so many zero bytes, which are the beginning of no stream."""
    made = dataset(**stated)  # type: ignore[arg-type]
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate([bytes(length) for length in fragments])
    made["PixelData"].is_undefined_length = True
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, made, enforce_file_format=True)
    return stream.getvalue()


def _code(data: bytes) -> Code | None:
    try:
        header_of(data, Path("a.dcm"))
    except CorruptInputError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("syntax", "fragments", "stated", "code"),
    [
        (RLELossless, [2], {"Rows": 8}, None),
        (RLELossless, [2], {"Rows": 9}, Code.TOO_LARGE),
        (RLELossless, [16 * MIB // 64], {"Rows": 2048, "Columns": 4096}, None),
        (JPEGLSLossless, [100], {"Rows": 4096, "Columns": 4096}, None),
        (JPEGLSLossless, [100], {"Rows": 4097, "Columns": 4096}, Code.TOO_LARGE),
        (JPEG2000Lossless, [100], {"Rows": 4097, "Columns": 4096}, Code.TOO_LARGE),
        (JPEG2000Lossless, [33 * MIB // 200], {"Rows": 4097, "Columns": 4096}, None),
        (JPEGLSLossless, [100] * 300, {"Rows": 512, "Columns": 512, "NumberOfFrames": 300}, None),
        (JPEGLSLossless, [100] * 299, {"NumberOfFrames": 300}, Code.HEADER_INCONSISTENT),
        (JPEGLSLossless, [50] * 4, {"NumberOfFrames": 3}, None),
        (JPEGLSLossless, [100], {"Rows": 0}, Code.EMPTY),
    ],
)
def test_what_may_be_declared(
    syntax: str, fragments: list[int], stated: dict[str, object], code: Code | None
) -> None:
    assert _code(_bytes(syntax, fragments, **stated)) is code


def test_a_cut_stream_is_truncated_and_not_too_large() -> None:
    """The walk of the elements comes first."""
    whole = _bytes(RLELossless, [2, 400], Rows=8)
    assert _code(whole[:-100]) is Code.TRUNCATED
