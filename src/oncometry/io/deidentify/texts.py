"""The texts that are left in a file that was written: what a person has to read before it is handed out."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pydicom
from pydicom.dataset import Dataset

from oncometry.io.clinical.columns import Role, recognize
from oncometry.io.deidentify.identifiers import TEXT_VRS
from oncometry.io.labelmap import label_table
from oncometry.io.nrrd import nrrd_lines

__all__ = ["READ", "Text", "texts_in", "texts_of"]

READ = (".dcm", ".json", ".nii.gz", ".nrrd", ".csv")
"""Endings of what is written, but for the review itself."""
_PLAIN = re.compile(r"[-+]?\d{1,4}(?:\.\d+)?(?:e[-+]?\d{1,2})?|\d{4}-\d{2}-\d{2}|P[0-9A-F]{12}")
_MOVED, _OURS = re.compile(r"\d{8}"), re.compile(r"sub-P[0-9A-F]{12}|f\d{7}")
_SEGMENT_NAME = re.compile(r"Segment\d+_(?:Name|Tags):=(.+)")


class Text(NamedTuple):
    """A text that stays in a file: its tag (or the format of the file), the name of its attribute, its value."""

    tag: str
    name: str
    value: str


def texts_of(dataset: Dataset) -> Iterator[Text]:
    """The texts of a data set and what stands in private attributes, at every depth; of times only that there are."""
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from texts_of(item)
        elif not element.is_empty and (element.VR in TEXT_VRS or element.VR == "AS" or element.is_private):
            yield Text(str(element.tag), element.name, str(element.value))
        elif element.VR == "TM" and not element.is_empty:
            yield Text(str(element.tag), element.name, "a time of day")


def texts_in(path: Path) -> tuple[Text, ...]:
    """The texts of a file that was written."""
    if path.name.endswith(".dcm"):
        return tuple(texts_of(pydicom.dcmread(path, stop_before_pixels=True)))
    if path.name.endswith(".json"):
        content = json.loads(path.read_text("utf-8"))
        return tuple(Text("JSON", name, str(v)) for name, v in content.items() if not _is_number(v))
    if path.name.endswith(".csv"):
        return tuple(_cells(path))
    labels = [said.name for _, said in sorted(label_table(path).items())]
    if path.name.endswith(".nrrd"):
        found = map(_SEGMENT_NAME.fullmatch, nrrd_lines(path)[0])
        labels += [match.group(1) for match in found if match is not None]
    return (*(Text("labels", "name", name) for name in labels), *_words_of(path))


def _words_of(path: Path) -> Iterator[Text]:
    """Of the name of a volume: its visit, where that is no moved date, and the words it has kept."""
    for part in path.name.split(".")[0].split("_"):
        visit = part.removeprefix("ses-")
        if visit != part and not _MOVED.fullmatch(visit):
            yield Text("file", "visit", visit)
        elif visit == part and not _OURS.fullmatch(part):
            yield Text("file", "name", part)


def _cells(path: Path) -> Iterator[Text]:
    """Of a clinical sheet: headers, visits, and what else is no small number, moved date or pseudonym."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    columns = recognize(header, {})
    yield from (Text("sheet", "header", name) for name in header)
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            if cell and (column.role is Role.VISIT or not _PLAIN.fullmatch(cell)):
                yield Text("sheet", column.header, cell)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) or (isinstance(value, list) and all(map(_is_number, value)))
