"""JPEG and JPEG-LS streams without comments, application segments and what stands outside them.

Syntax: ITU-T T.81 annex B, ITU-T T.87 annex C. Pixels decode as before.
"""

from __future__ import annotations

import re

from oncometry.core import Code, CorruptInputError

__all__ = ["clean_jpeg", "jpeg_precision"]

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}
_HUFFMAN, _QUANTIZATION, _LINES, _RESTART, _PRESET = 0xC4, 0xDB, 0xDC, 0xDD, 0xF8
_COMMENTS = frozenset((0xFE, *range(0xE0, 0xF0)))
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
_AFTER_SCAN_LS = re.compile(rb"\xff+[\x80-\xcf\xd8-\xfe]")
"""The next marker: coded data have a zero byte after FF (T.81), or a byte below 80 (T.87)."""
_FIXED = {_LINES: 2, _RESTART: 2, _PRESET: 11}


def clean_jpeg(frame: bytes, *, lossless_ls: bool) -> bytes:
    """From the start to the end of the image, with the segments that decoding needs.

    Application segments go, those of color transforms among them: only gray images are written.

    Raises:
        CorruptInputError: `CORRUPT`, anything that is not exactly such a stream.
    """
    if frame[:2] != bytes((0xFF, _START)):
        raise _broken("does not begin with the start of an image")
    kept, at = [frame[:2]], 2
    while True:
        marker, at = _marker(frame, at)
        if marker == _END:
            return b"".join((*kept, bytes((0xFF, _END))))
        stop = at + int.from_bytes(frame[at : at + 2], "big")
        if marker not in _COMMENTS:
            if stop > len(frame) or not _exact(marker, frame[at + 2 : stop]):
                raise _broken(f"has a segment {marker:02X} of another form")
            kept.append(bytes((0xFF, marker)) + frame[at:stop])
        at = stop
        if marker == _SCAN:
            following = (_AFTER_SCAN_LS if lossless_ls else _AFTER_SCAN).search(frame, at)
            if following is None:
                raise _broken("has no end")
            kept.append(frame[at : following.start()])
            at = following.start()


def jpeg_precision(frame: bytes) -> int:
    """Bits of a sample, of a stream that `clean_jpeg` gave."""
    at = 2
    while frame[at + 1] not in _FRAMES:
        at += 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
    return frame[at + 4]


def _marker(frame: bytes, at: int) -> tuple[int, int]:
    """The marker, and where what follows it begins; fill bytes before it are passed."""
    begin = at
    while frame[at : at + 1] == b"\xff":
        at += 1
    if at == begin or at >= len(frame):
        raise _broken("has something between its segments, or no end")
    return frame[at], at + 1


def _exact(marker: int, body: bytes) -> bool:
    """Whether a segment holds what its kind has, and nothing else."""
    if marker in _FRAMES:
        return len(body) > 5 and len(body) == 6 + 3 * body[5]
    if marker == _SCAN:
        return bool(body) and len(body) == 4 + 2 * body[0]
    if marker in _FIXED:
        return len(body) == _FIXED[marker] and (marker != _PRESET or body[0] == 1)
    at = 0
    while marker in (_HUFFMAN, _QUANTIZATION) and at < len(body):
        at += 17 + sum(body[at + 1 : at + 17]) if marker == _HUFFMAN else 129 if body[at] >> 4 else 65
    return at == len(body) > 0


def _broken(why: str) -> CorruptInputError:
    return CorruptInputError(Code.CORRUPT, f"a frame of its pixels {why}: it is no plain JPEG stream.")
