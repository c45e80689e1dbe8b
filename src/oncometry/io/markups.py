"""3D Slicer markups (`.mrk.json`, schema 1.0): lines that are diameters of lesions, read and written.

A line named `L1` is the longest diameter of lesion L1. A second line of that lesion (`L1 short`, `L1 long`, `L1_1`) at a
right angle to it makes the pair of the bidimensional criteria.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from oncometry.core import Code, CorruptInputError, LesionStatus, Notice
from oncometry.core.geometry import Point
from oncometry.core.reading import LesionReading, Quantity
from oncometry.io.files import WrittenFile, write_text
from oncometry.io.lesion_drawing import UNNAMED, LesionDrawing, Line, ReadDrawings, length_mm
from oncometry.io.tracking_text import tracking_in, tracking_text

__all__ = ["MarkupsContext", "read_markups", "write_markups"]

SCHEMA = (
    "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/"
    "markups-schema-v1.0.3.json#"
)
SUFFIX = re.compile(r"[\s_-]+(long(est)?|short(est)?|perp(endicular)?|\d+)$", re.IGNORECASE)
"""What follows the lesion in a name: which diameter, or the number Slicer gives to a second of a name."""
RIGHT_ANGLE_DEG = 10.0
"""How far from a right angle a pair drawn by hand may be."""
UNITS = ("mm", ["mm", "UCUM", "millimeter"])
LARGEST = 64 << 20


@dataclass(frozen=True)
class MarkupsContext:
    """What a file of markups does not say."""

    patient_id: str
    timepoint: str
    day: int | None = None
    reader: str = UNNAMED


@dataclass(frozen=True)
class Drawn:
    """A line with the name of its markup."""

    name: str
    line: Line
    tracking_uid: str | None


def read_markups(path: Path, context: MarkupsContext) -> ReadDrawings:
    """Lesions with the lengths of their lines; what else is in the file is named (`CONTENT_UNREAD`).

    Coordinates are in the system that the file states; by its schema in LPS where it states none.

    Raises:
        CorruptInputError: `CORRUPT`: no markups, or points that are not three finite numbers; `TOO_LARGE`.
    """
    notices: list[Notice] = []
    lesions: dict[str, list[Drawn]] = {}
    for number, markup in enumerate(_markups(path), start=1):
        drawn = _drawn(markup, path, number)
        if isinstance(drawn, str):
            notices.append(Notice(Code.CONTENT_UNREAD, f"{drawn}; left out.", str(path)))
        else:
            lesions.setdefault(SUFFIX.sub("", drawn.name), []).append(drawn)
    drawings = []
    for lesion, lines in lesions.items():
        pair = _pair(lines)
        if isinstance(pair, str):
            notices.append(Notice(Code.CONTENT_UNREAD, f"{lesion}: {pair}; left out.", str(path)))
        else:
            drawings.append(_drawing(lesion, pair, context, path))
    return ReadDrawings(tuple(drawings), tuple(notices))


def write_markups(drawings: Sequence[LesionDrawing], path: Path) -> WrittenFile:
    """Write the lines of lesions, the longest diameter and its perpendicular, in LPS mm."""
    markups = [markup for drawing in drawings for markup in _written(drawing)]
    return write_text(path, json.dumps({"@schema": SCHEMA, "markups": markups}, indent=1) + "\n")


def _markups(path: Path) -> list[Any]:
    if path.stat().st_size > LARGEST:
        raise CorruptInputError(Code.TOO_LARGE, "markups of more than 64 MiB.", path=path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = content["markups"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise CorruptInputError(Code.CORRUPT, f"the file holds no markups ({error}).", path=path) from error
    if not isinstance(found, list):
        raise CorruptInputError(Code.CORRUPT, "its markups are no list.", path=path)
    return found


def _drawn(markup: Any, path: Path, number: int) -> Drawn | str:
    """A line, or in words why there is none."""
    if not isinstance(markup, Mapping):
        return f"markup {number} is no markup"
    name = str(markup.get("name") or "").strip() or path.name.removesuffix(".mrk.json").removesuffix(".json")
    if markup.get("type") != "Line":
        return f"{name}: a markup of type {markup.get('type')} is no diameter"
    system = markup.get("coordinateSystem", "LPS")
    if system not in ("LPS", "RAS") or markup.get("coordinateUnits", "mm") not in UNITS:
        return f"{name}: coordinates in {system} {markup.get('coordinateUnits', 'mm')}"
    points = [p for p in markup.get("controlPoints") or [] if p.get("positionStatus", "defined") == "defined"]
    if len(points) != 2:
        return f"{name}: {len(points)} points instead of 2"
    flip = -1.0 if system == "RAS" else 1.0
    start, end = (_point(p, flip, path) for p in points)
    uid, _ = tracking_in(str(points[0].get("description") or ""))
    return Drawn(name, (start, end), uid)


def _point(control: Mapping[str, Any], flip: float, path: Path) -> Point:
    position = control.get("position")
    try:
        x, y, z = (float(v) for v in position or ())
    except (TypeError, ValueError) as error:
        raise CorruptInputError(Code.CORRUPT, f"a point at {position!r}.", path=path) from error
    if not np.isfinite((x, y, z)).all():
        raise CorruptInputError(Code.CORRUPT, f"a point at {position!r}.", path=path)
    return flip * x, flip * y, z


def _pair(lines: Sequence[Drawn]) -> list[Drawn] | str:
    """The longest first; in words what is wrong where they are no pair at a right angle."""
    ordered = sorted(lines, key=lambda drawn: -length_mm(drawn.line))
    if len(ordered) > 2:
        return f"{len(ordered)} lines, a pair is two"
    if any(length_mm(drawn.line) <= 0 for drawn in ordered):
        return "a line without length"
    if len(ordered) == 2:
        one, other = (np.subtract(drawn.line[1], drawn.line[0]) for drawn in ordered)
        cosine = abs(float(one @ other)) / float(np.linalg.norm(one) * np.linalg.norm(other))
        angle = float(np.degrees(np.arccos(min(cosine, 1.0))))
        if 90 - angle > RIGHT_ANGLE_DEG:
            return f"its two lines are at {angle:.0f} degrees, not at a right angle"
    return ordered


def _drawing(lesion: str, lines: Sequence[Drawn], context: MarkupsContext, path: Path) -> LesionDrawing:
    lengths = [length_mm(drawn.line) for drawn in lines]
    values = {Quantity.LONGEST_DIAMETER_MM: lengths[0]}
    if len(lengths) == 2:
        values |= {Quantity.SHORT_AXIS_MM: lengths[1], Quantity.PRODUCT_MM2: lengths[0] * lengths[1]}
    reading = LesionReading(
        patient_id=context.patient_id,
        timepoint=context.timepoint,
        day=context.day,
        reader=context.reader,
        lesion=lesion,
        role=None,
        status=LesionStatus.MEASURED,
        values=values,
        tracking_uid=next((d.tracking_uid for d in lines if d.tracking_uid), None),
        sources=(f"{path.name}: {', '.join(drawn.name for drawn in lines)}",),
    )
    return LesionDrawing(reading, lines[0].line, lines[1].line if len(lines) == 2 else None)


def _written(drawing: LesionDrawing) -> Iterator[dict[str, Any]]:
    reading = drawing.reading
    told = tracking_text(reading.tracking_uid, reading.lesion) if reading.tracking_uid else ""
    for suffix, line in (("long", drawing.longest), ("short", drawing.perpendicular)):
        if line is not None:
            name = f"{reading.lesion} {suffix}"
            yield {
                "type": "Line",
                "name": name,
                "coordinateSystem": "LPS",
                "coordinateUnits": "mm",
                "locked": False,
                "labelFormat": "%N-%d",
                "controlPoints": [
                    {
                        "id": str(n),
                        "label": f"{name}-{n}",
                        "description": told,
                        "position": list(point),
                        "selected": True,
                        "visibility": True,
                        "positionStatus": "defined",
                    }
                    for n, point in enumerate(line, start=1)
                ],
                "measurements": [
                    {"name": "length", "enabled": True, "value": length_mm(line), "units": "mm"}
                ],
            }
