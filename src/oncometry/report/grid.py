"""A table on a page: headed columns, cells with an explanation, a link to the full CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["Cell", "Cells", "Column", "Grid", "make_grid"]


@dataclass(frozen=True)
class Cell:
    """What a cell shows. `title` is seen under the pointer, `css` marks it, `link` leads on."""

    text: str | Markup
    title: str = ""
    css: str = ""
    link: str = ""


Cells = Sequence[str | Cell]
"""A row as it is written down: texts, or cells that say more."""


@dataclass(frozen=True)
class Column:
    """A column's heading; numbers are set to the right."""

    heading: str
    numeric: bool = False


@dataclass(frozen=True)
class Grid:
    """A table as the templates draw it.

    Attributes:
        caption: what it holds.
        columns, rows: of equal width; the first cell of a row heads it.
        csv, csv_name: link to the file with every row and what it holds; '' if there is none.
        left_out: rows that the CSV file has and the page does not.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    csv: str = ""
    csv_name: str = ""
    left_out: int = 0


def make_grid(
    caption: str,
    headings: Sequence[str],
    rows: Iterable[Cells],
    csv: str = "",
    limit: int | None = None,
    csv_name: str = "",
) -> Grid:
    """A table from texts or cells; a heading that begins with '#' is of numbers.

    `csv_name`: what the CSV file holds, where that is not the caption.
    """
    columns = tuple(Column(h.removeprefix("#"), h.startswith("#")) for h in headings)
    cells = [tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows]
    shown = cells if limit is None else cells[:limit]
    return Grid(caption, columns, tuple(shown), csv, csv_name or caption, len(cells) - len(shown))
