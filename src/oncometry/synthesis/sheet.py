"""The clinical sheet as CSV and XLSX, the same bytes each time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime

from openpyxl import Workbook

from oncometry.synthesis.clinical import ClinicalVisit

__all__ = ["sheet_csv", "sheet_xlsx"]

DATES = ("date", "treatment_start")
MADE = datetime(2021, 1, 1)
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def sheet_csv(rows: Sequence[ClinicalVisit]) -> str:
    """UTF-8 text with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([f.name for f in fields(ClinicalVisit)])
    writer.writerows(row.cells() for row in rows)
    return text.getvalue()


def sheet_xlsx(rows: Sequence[ClinicalVisit]) -> bytes:
    """One sheet 'clinical'; dates are dates."""
    book = Workbook()
    sheet = book.active
    sheet.title = "clinical"
    names = [f.name for f in fields(ClinicalVisit)]
    sheet.append(names)
    for row in rows:
        cells: list[object] = list(row.cells())
        for place in map(names.index, DATES):
            cells[place] = date.fromisoformat(str(cells[place])) if cells[place] else None
        sheet.append([None if cell == "" else cell for cell in cells])
    book.properties.title = "Synthetic clinical data: made by Oncometry, no patient"
    book.properties.creator = "Oncometry synthesis"
    book.properties.created = MADE
    buffer = io.BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue())


def _timeless(xlsx: bytes) -> bytes:
    """The same workbook without the time of writing, in its archive and its properties."""
    result = io.BytesIO()
    stamp = f"{MADE.isoformat()}Z".encode()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return result.getvalue()
