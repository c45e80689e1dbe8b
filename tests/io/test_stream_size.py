"""The size that a compressed stream states, against the library that wrote it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from oncometry.io.stream_size import size_of_stream


def _stream(kind: str, lines: int, columns: int) -> bytes:
    stream = io.BytesIO()
    options = {"no_jp2": True} if kind == "JPEG2000" else {"comment": b"x" * 300, "dpi": (72, 72)}
    Image.new("L", (columns, lines), 7).save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000"])
@pytest.mark.parametrize(("lines", "columns"), [(1, 1), (8, 300), (513, 17)])
def test_lines_and_columns_are_those_written(kind: str, lines: int, columns: int) -> None:
    stream = _stream(kind, lines, columns)
    assert size_of_stream(stream, 0, len(stream)) == (lines, columns)
    assert size_of_stream(b"??" + stream + b"??", 2, 2 + len(stream)) == (lines, columns)


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000"])
def test_a_stream_that_is_cut_says_nothing_or_the_same(kind: str) -> None:
    stream = _stream(kind, 20, 30)
    assert {size_of_stream(stream, 0, end) for end in range(len(stream))} == {None, (20, 30)}


def test_what_is_no_such_stream_says_nothing() -> None:
    rle = b"\x01\0\0\0\x40\0\0\0" + bytes(60)
    for data in (b"", rle, b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xff\xff\xda\0\0", b"\xff\xd8\xff\xe0\0\0" * 9):
        assert size_of_stream(data, 0, len(data)) is None
