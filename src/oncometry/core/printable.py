"""Text of the input as a terminal or a page may show it."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: object) -> str:
    """Control and other unprintable characters become visible: `\\x1b`."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))
