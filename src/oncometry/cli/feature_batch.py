"""What `oncometry features` works on: one image and mask, or the rows of a batch file."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from oncometry.core import Code, NothingFoundError, OncometryWarning, SettingsError
from oncometry.io.first_look import check_first
from oncometry.io.settings import CurateSettings
from oncometry.io.sheet import SheetRow, read_sheet
from oncometry.one_features import LabelChoice

__all__ = ["FeatureJob", "jobs_of", "labels_of"]

_NEEDED = ("image", "mask")
_READ = (*_NEEDED, "label")


class FeatureJob(NamedTuple):
    """One extraction.

    Attributes:
        image, mask: paths.
        name: what rows call the image: the path as it was given.
        labels: numbers of the segments, or 'all'; None is what the spec says.
        place: in the batch, from 1; None where there is no batch.
        fault: what is wrong with the row of the batch.
    """

    image: Path
    mask: Path
    name: str
    labels: LabelChoice
    place: int | None = None
    fault: SettingsError | None = None

    @property
    def folder(self) -> str:
        """Name of a folder of its own, that sorts as the batch does; '' where there is no batch."""
        if self.place is None:
            return ""
        stem = self.image.name.removesuffix(".gz").rsplit(".", 1)[0]
        return f"{self.place:04}_{re.sub(r'[^A-Za-z0-9._-]', '-', stem)}"

    def check(self, settings: CurateSettings) -> None:
        """Refuse a row that is wrong, and files that `check_first` refuses."""
        if self.fault is not None:
            raise self.fault
        check_first(None if self.mask.is_dir() else self.mask, self.image, settings=settings)


def labels_of(text: str | None, where: str) -> LabelChoice:
    """A label number or 'all'; None of '' and None. Spreadsheet programs may write 1 as 1.0.

    Args:
        where: what the text was given as, for the message.

    Raises:
        SettingsError: `SETTINGS`.
    """
    said = (text or "").strip().lower()
    if said in ("", "all"):
        return "all" if said else None
    number = re.fullmatch(r"([0-9]+)(\.0*)?", said)
    if number is None:
        raise SettingsError(Code.SETTINGS, f"{where} takes a label's number or 'all', got {text!r}.")
    return (int(number[1]),)


def jobs_of(image: Path, mask: Path | None, labels: LabelChoice) -> list[FeatureJob]:
    """The one job, or the rows of a batch file with columns Image, Mask and, where wanted, Label.

    Paths in a batch file are relative to its folder. A row that is wrong is a job with a fault.

    Raises:
        SettingsError: `SETTINGS`, no mask, or a batch file without these columns or with one twice.
        NothingFoundError: `NOTHING_FOUND`, a batch file without rows.
        UnsupportedError, CorruptInputError: as `read_sheet`.
    """
    if mask is not None:
        return [FeatureJob(image, mask, str(image), labels)]
    if image.suffix.lower() != ".csv":
        raise SettingsError(
            Code.SETTINGS,
            "MASK is missing.",
            path=image,
            advice="Give IMAGE MASK, or a CSV of Image, Mask, Label.",
        )
    sheet = read_sheet(image)
    for notice in sheet.notices:
        warnings.warn(OncometryWarning(notice), stacklevel=2)
    header, *rows = sheet.tables[0].rows
    columns = _columns(header, image)
    if not rows:
        raise NothingFoundError(Code.NOTHING_FOUND, "the batch has no rows.", path=image)
    return [_job(row, columns, place, image.parent, labels) for place, row in enumerate(rows, start=1)]


def _columns(header: SheetRow, path: Path) -> Mapping[str, int]:
    """Places of the columns that are read, whatever the case of their names."""
    names = [cell.lower() for cell in header.cells]
    if any(name not in names for name in _NEEDED):
        there = ", ".join(cell for cell in header.cells if cell) or "none"
        raise SettingsError(
            Code.SETTINGS, f"a batch needs columns Image and Mask; it has {there}.", path=path
        )
    twice = [name for name in _READ if names.count(name) > 1]
    if twice:
        raise SettingsError(Code.SETTINGS, f"the batch has column {twice[0].capitalize()} twice.", path=path)
    return {name: names.index(name) for name in _READ if name in names}


def _job(
    row: SheetRow, columns: Mapping[str, int], place: int, folder: Path, labels: LabelChoice
) -> FeatureJob:
    cells = {name: row.cells[n] if n < len(row.cells) else "" for name, n in columns.items()}
    image, mask = cells["image"], cells["mask"]
    fault = None
    try:
        labels = labels_of(cells.get("label"), f"Label in row {row.number}") or labels
    except SettingsError as error:
        fault = error
    empty = [name.capitalize() for name in _NEEDED if not cells[name]]
    if empty:
        fault = SettingsError(Code.SETTINGS, f"{empty[0]} in row {row.number} is empty.")
    return FeatureJob(folder / image, folder / mask, image or f"row {row.number}", labels, place, fault)
