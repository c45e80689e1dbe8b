"""How wide text is drawn, nearly: SVG has no line breaks, and what is too long runs out of the picture.

Widths are those of common sans-serif fonts, in parts of the font's size, a little above their mean, so that text that is
said to fit does.
"""

from __future__ import annotations

import unicodedata

__all__ = ["shortened", "text_width"]

NARROW = frozenset("iIjlftr.,:;'|!()[]{}/\\ -`")
BROAD = frozenset("mwMW@%&—…")
WIDTHS = (0.36, 0.62, 0.74, 0.98)
"""Of narrow ones, of others, of capitals, and of broad ones and ideographs."""


def text_width(text: str, size: float) -> float:
    """In px at a font size in px."""
    return size * sum(_width(letter) for letter in text)


def _width(letter: str) -> float:
    narrow, other, capital, broad = WIDTHS
    if letter in BROAD or unicodedata.east_asian_width(letter) in "WF":
        return broad
    if letter in NARROW:
        return narrow
    return capital if letter.isupper() else other


def shortened(text: str, room: float, size: float, end: float = 0.5) -> str:
    """The text, or its beginning and end with '…' between where it is wider than the room.

    Args:
        room, size: px.
        end: part of the room that is for the end.
    """
    if text_width(text, size) <= room:
        return text
    left = max(room - text_width("…", size), 0.0)
    tail = _fitting(text[::-1], left * end, size)[::-1]
    head = _fitting(text, left - text_width(tail, size), size)
    return f"{head}…{tail}"


def _fitting(text: str, room: float, size: float) -> str:
    """As many letters from the beginning as have room."""
    used = 0.0
    for n, letter in enumerate(text):
        used += size * _width(letter)
        if used > room:
            return text[:n]
    return text
