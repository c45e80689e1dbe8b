"""Clinical sheets as people write them, and dates that cannot be: the door is `--clinical`, or the images' dates."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from .make_dicom import ROOT, series
from .row import BadInput, Outcome, Row

__all__ = ["DATE_ROWS", "KNOWN", "SHEET_ROWS"]

KNOWN = ("0012", "1E5", "P3", "P4")
"""Patients whose scans are there: the first two are what a spreadsheet program turns into numbers."""
HEAD = "patient_id,date,response"


def _csv(*lines: str, head: str = HEAD) -> Callable[[Path], object]:
    return lambda folder: (folder / "sheet.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")


def _bytes(data: bytes, name: str = "sheet.csv") -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(data)


def _used(name: str, make: Callable[[Path], object], code: str | None = None, *told: str) -> BadInput:
    return BadInput(name, make, code, Outcome.NOTICED if code else Outcome.ACCEPTED, told)


def _row(name: str, code: str, make: Callable[[Path], object], *told: str) -> BadInput:
    """A row that is left out, with its code, while the others are read."""
    return BadInput(name, make, code, Outcome.WITHHELD, told)


def _book(size: int) -> bytes:
    """An archive that begins like a workbook, with a sheet that says that it unpacks to so many bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("[Content_Types].xml", "<x/>")
        bundle.writestr("xl/worksheets/sheet1.xml", bytes(1000))
        bundle.infolist()[1].file_size = size
    return made.getvalue()


SHEET_ROWS = (
    Row(
        "sheet: ids `0012` and `1E5`, decimal commas, grade `NA`, blank ids, explanations, a patient twice with other values",
        (
            _used("id 0012", _csv("0012,2020-03-01,PR")),
            _used("id 1E5", _csv("1E5,2020-03-01,PR")),
            _used(
                "decimal commas",
                _csv("P3;12,5", "P4;7,5", head="patient_id;kps"),
                "COLUMN_GUESSED",
                "12,5 is 12.5",
            ),
            _used("grade NA", _csv("P3,rash,NA", "P4,rash,2", head="patient_id,toxicity,grade")),
            _row("blank id", "ROW_EXCLUDED", _csv(",2020-03-01,PR", "P3,2020-03-01,PR")),
            _row(
                "an explanation below",
                "ROW_EXCLUDED",
                _csv("P3,2020-03-01,PR", "note: all dates are of the scan,,"),
            ),
            _row("a patient without scans", "ROW_UNMATCHED", _csv("P99,2020-03-01,PR", "P3,2020-03-01,PR")),
            _row(
                "a patient twice with other values",
                "ROW_CONFLICTING",
                _csv("P3,2020-03-01,PR", "P3,2020-03-01,PD"),
            ),
            _used(
                "sex 1 and 2, without a word of what they mean", _csv("P3,1", "P4,2", head="patient_id,sex")
            ),
            _used("ages in days", _csv("P3,20000", "P4,21000", head="patient_id,age_days")),
            _used(
                "bytes of an old code page",
                _bytes(b"patient_id,name\nP3,M\xfcller\n"),
                "ENCODING_GUESSED",
                "0xfc",
            ),
        ),
    ),
    Row(
        "sheet that is none: an old `.xls`, a picture, a cut or huge workbook, no column of patients, no rows",
        (
            BadInput(
                "old .xls",
                _bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
                "UNSUPPORTED_TYPE",
                told=(".xlsx",),
            ),
            BadInput("bytes that are no text", _bytes(b"\x89PNG\0\0\0" * 9), "UNSUPPORTED_TYPE"),
            BadInput("a workbook cut short", _bytes(_book(4000)[:300], "sheet.xlsx"), "CORRUPT"),
            BadInput(
                "a workbook of 600 MiB unpacked",
                lambda f: (f / "sheet.xlsx").write_bytes(_book(600 << 20)),
                "TOO_LARGE",
            ),
            BadInput(
                "no column of patients", _csv("1,2", head="a,b"), "COLUMN_MISSING", told=("patient_id",)
            ),
            BadInput("no rows", _bytes(b"\n\n"), "NOTHING_FOUND"),
        ),
    ),
)


def _dates(*days: str, visits: tuple[str, str] = ("visit 1", "visit 2")) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        for n, day in enumerate(days):
            where = folder / visits[n]
            series(
                where,
                StudyDate=day,
                StudyInstanceUID=f"{ROOT}.6.{n}",
                SeriesInstanceUID=f"{ROOT}.5.{n}",
                FrameOfReferenceUID=f"{ROOT}.7.{n}",
                start=f"v{n}",
            )

    return make


DATE_ROWS = (
    Row(
        "dates of 1900 or 1925, in the future, all equal, or no dates",
        (
            BadInput(
                "1900", _dates("19000101", "20200101"), "DATES_IMPLAUSIBLE", Outcome.NOTICED, ("1900-01-01",)
            ),
            BadInput("1925", _dates("19250101", "19250601"), "DATES_IMPLAUSIBLE", Outcome.NOTICED, ("1925",)),
            BadInput(
                "in the future",
                _dates("20200101", "29990101"),
                "DATES_IMPLAUSIBLE",
                Outcome.NOTICED,
                ("2999",),
            ),
            BadInput(
                "all equal",
                _dates("20200101", "20200101"),
                "DATES_IMPLAUSIBLE",
                Outcome.NOTICED,
                ("all have the date",),
            ),
            BadInput("month 13, one visit", _dates("20201301"), None, Outcome.ACCEPTED),
            BadInput(
                "month 13, and names that tell no order",
                _dates("20201301", "20200301", visits=("x", "y")),
                "DATES_IMPLAUSIBLE",
                Outcome.NOTICED,
                ("no change is given", "ses-01"),
            ),
        ),
    ),
)
