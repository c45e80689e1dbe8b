"""Run-length coded frames (PS3.5 annex G) without what stands behind their segments."""

from __future__ import annotations

import struct

from oncometry.core import Code, CorruptInputError

__all__ = ["clean_run_length"]

_HEADER = 64
_NOTHING = 128


def clean_run_length(frame: bytes, segments: int, values: int) -> bytes:
    """The frame with each segment as long as its values need, padded to an even length.

    Args:
        frame: with its header of 64 bytes.
        segments: samples of a pixel times bytes of a sample.
        values: pixels.

    Raises:
        CorruptInputError: `CORRUPT`, another number of segments, or one of more or fewer values.
    """
    count, *offsets = struct.unpack(f"<{_HEADER // 4}L", frame[:_HEADER])
    if count != segments:
        raise _broken(f"has {count} segments, not {segments}")
    stops = [*offsets[1:count], len(frame)]
    kept = [_segment(frame, begin, stop, values) for begin, stop in zip(offsets[:count], stops, strict=True)]
    starts = [_HEADER + sum(map(len, kept[:n])) for n in range(count)]
    header = struct.pack(f"<{_HEADER // 4}L", count, *starts, *[0] * (_HEADER // 4 - 1 - count))
    return b"".join((header, *kept))


def _segment(frame: bytes, at: int, stop: int, values: int) -> bytes:
    begin, done = at, 0
    if not _HEADER <= begin <= stop <= len(frame):
        raise _broken("has a segment outside of it")
    while done < values:
        if at >= stop:
            raise _broken("ends before its last pixel")
        code = frame[at]
        if code < _NOTHING:
            done, at = done + code + 1, at + code + 2
        else:
            done, at = done + (257 - code if code > _NOTHING else 0), at + (2 if code > _NOTHING else 1)
    if done != values or at > stop:
        raise _broken("has a run beyond its last pixel")
    return frame[begin:at] + bytes((at - begin) % 2)


def _broken(why: str) -> CorruptInputError:
    return CorruptInputError(
        Code.CORRUPT, f"a frame of its pixels {why}: it is not run-length coded as it says."
    )
