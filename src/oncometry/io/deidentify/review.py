"""The table a person signs off: every distinct text that is left, with its count."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from oncometry.io.deidentify.texts import Text
from oncometry.io.files import write_text
from oncometry.io.spreadsheet import inert

__all__ = ["Review"]

_COLUMNS = ("tag", "name", "value", "count")


class Review:
    """Keeps the texts of each file that is written; shows no path."""

    def __init__(self) -> None:
        self._texts: dict[Text, Text] = {}
        self._files: dict[str, tuple[Text, ...]] = {}

    def add(self, place: str, texts: Iterable[Text]) -> None:
        """The texts of the file at a place; equal texts are kept once."""
        self._files[place] = tuple(self._texts.setdefault(text, text) for text in texts)

    def drop(self, place: str) -> None:
        """The file at a place was taken back."""
        self._files.pop(place, None)

    def __contains__(self, place: str) -> bool:
        return place in self._files

    def write(self, folder: Path) -> None:
        """review.csv and review.html; a cell never starts a formula."""
        counts = Counter(text for texts in self._files.values() for text in texts)
        rows = [(*text, str(count)) for text, count in sorted(counts.items())]
        buffer = io.StringIO()
        table = csv.writer(buffer, lineterminator="\n")
        table.writerows([_COLUMNS, *(map(inert, row) for row in rows)])
        write_text(folder / "review.csv", buffer.getvalue())
        lines = "\n".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
        write_text(
            folder / "review.html",
            "<!doctype html><html lang='en'><meta charset='utf-8'><title>Values that remain</title>"
            f"<table><tr>{head}</tr>\n{lines}\n</table></html>\n",
        )
