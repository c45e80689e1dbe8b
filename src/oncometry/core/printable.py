"""Text of the input as a terminal or a page may show it."""

from __future__ import annotations

__all__ = ["as_utf8", "printable"]


def as_utf8(text: str) -> str:
    """The text, where it holds what UTF-8 cannot say (a file's name in Latin-1) with that visible: `\\udcfc`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def printable(text: object) -> str:
    """Control and other unprintable characters become visible: `\\x1b`."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))
