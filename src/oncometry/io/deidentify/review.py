"""The table a person signs off: every distinct text that is left, with its count."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from pathlib import Path

from pydicom.dataset import Dataset

from oncometry.io.deidentify.subject import TEXT_VRS
from oncometry.io.files import write_text

__all__ = ["Review"]

_COLUMNS = ("tag", "name", "value", "count")


class Review:
    """Counts values as files are written; shows no path."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, dataset: Dataset, times: int = 1) -> None:
        """Count the texts of one file, at every depth; -1 times takes a file back."""
        for element in dataset:
            if element.VR == "SQ":
                for item in element.value:
                    self.add(item, times)
            elif element.VR in TEXT_VRS and element.value:
                self._counts[str(element.tag), element.name, str(element.value)] += times

    def write(self, folder: Path) -> None:
        """review.csv and review.html; a cell never starts a formula."""
        rows = [(*what, str(count)) for what, count in sorted(self._counts.items()) if count > 0]
        buffer = io.StringIO()
        table = csv.writer(buffer, lineterminator="\n")
        table.writerows([_COLUMNS, *([_inert(cell) for cell in row] for row in rows)])
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


def _inert(cell: str) -> str:
    return "'" + cell if cell.startswith(("=", "+", "-", "@")) else cell
