"""What `oncometry features` works on: one image and mask, or the rows of a batch file."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

from oncometry.core import Code, NothingFoundError, SettingsError

__all__ = ["FeatureJob", "jobs_of", "labels_of"]


class FeatureJob(NamedTuple):
    """One extraction.

    Attributes:
        image, mask: paths.
        name: what rows call the image: the path as it was given.
        labels: numbers of the segments; None is what the spec says.
        place: in the batch, from 1; None where there is no batch.
    """

    image: Path
    mask: Path
    name: str
    labels: tuple[int, ...] | None
    place: int | None = None

    @property
    def folder(self) -> str:
        """Name of a folder of its own, that sorts as the batch does; '' where there is no batch."""
        if self.place is None:
            return ""
        stem = self.image.name.removesuffix(".gz").rsplit(".", 1)[0]
        return f"{self.place:04}_{re.sub(r'[^A-Za-z0-9._-]', '-', stem)}"


def labels_of(text: str | None, where: str) -> tuple[int, ...] | None:
    """A label number, or None for 'all', '' and None.

    Args:
        where: what the text was given as, for the message.

    Raises:
        SettingsError: `SETTINGS`.
    """
    if text is None or text.strip() in ("", "all"):
        return None
    if not text.strip().isdecimal():
        raise SettingsError(Code.SETTINGS, f"{where} takes a label's number or 'all', got {text!r}.")
    return (int(text),)


def jobs_of(image: Path, mask: Path | None, labels: tuple[int, ...] | None) -> list[FeatureJob]:
    """The one job, or the rows of a batch file with columns Image, Mask and, where wanted, Label.

    Paths in a batch file are relative to its folder.

    Raises:
        SettingsError: `SETTINGS`, no mask, or a batch file without these columns.
        NothingFoundError: `NOTHING_FOUND`, a batch file without rows.
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
    if not image.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND, "there is no such file.", path=image, advice="Check the path."
        )
    with image.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    missing = [name for name in ("Image", "Mask") if name not in (reader.fieldnames or ())]
    if missing:
        there = ", ".join(reader.fieldnames or ()) or "none"
        raise SettingsError(
            Code.SETTINGS, f"a batch needs columns Image and Mask; it has {there}.", path=image
        )
    if not rows:
        raise NothingFoundError(Code.NOTHING_FOUND, "the batch has no rows.", path=image)
    folder = image.parent
    return [
        FeatureJob(
            folder / row["Image"],
            folder / row["Mask"],
            row["Image"],
            labels_of(row.get("Label"), f"Label in row {place + 1}") or labels,
            place,
        )
        for place, row in enumerate(rows, start=1)
    ]
