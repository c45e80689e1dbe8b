"""A page as sections of blocks: text, tables, figures, each drawn by the template in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.report.grid import Grid

__all__ = ["Block", "Figures", "Folded", "Heading", "Section", "Text"]


@dataclass(frozen=True)
class Text:
    """A paragraph; `css` 'remark', 'soft' or 'warn' where it is no plain one."""

    content: str | Markup
    css: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    content: str
    kind: str = "heading"


@dataclass(frozen=True)
class Figures:
    """Drawings side by side, each with its caption; `css` of the grid: 'plots' or 'plots wide'."""

    drawn: Sequence[tuple[Markup, str]]
    css: str = "plots wide"
    kind: str = "figures"


@dataclass(frozen=True)
class Folded:
    """What is there for who wants it: a summary that opens on a block of text or a table."""

    summary: str
    content: str | Grid
    kind: str = "folded"


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes:
        anchor: its name in links.
        heading: over it.
        blocks: in order.
        short: in the list of sections; the heading where ''.
    """

    anchor: str
    heading: str
    blocks: Sequence[Block]
    short: str = ""


Block = Text | Heading | Figures | Folded | Grid
