"""3D Slicer markups: lines to diameters and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oncometry.core import Code, CorruptInputError, LesionStatus
from oncometry.core.reading import LesionReading, Quantity
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.io.markups import MarkupsContext, read_markups, write_markups

CONTEXT = MarkupsContext("P1", "02", 56, "Reader^One")
UID = "2.25.17"


def _line(name: str, *points: tuple[float, float, float], **more: Any) -> dict[str, Any]:
    controls = [{"label": f"{name}-{n}", "position": list(p)} for n, p in enumerate(points, start=1)]
    return {"type": "Line", "name": name, "coordinateSystem": "LPS", "controlPoints": controls, **more}


def _file(folder: Path, *markups: Any) -> Path:
    path = folder / "drawn.mrk.json"
    path.write_text(json.dumps({"@schema": "markups-schema-v1.0.3.json#", "markups": markups}))
    return path


def test_round_trip(tmp_path: Path) -> None:
    values = {Quantity.LONGEST_DIAMETER_MM: 5.0, Quantity.SHORT_AXIS_MM: 2.0, Quantity.PRODUCT_MM2: 10.0}
    reading = LesionReading(
        "P1", "02", 56, "Reader^One", "L1", None, LesionStatus.MEASURED, values, tracking_uid=UID
    )
    drawn = LesionDrawing(reading, ((0, 0, 1.5), (3, 4, 1.5)), ((0, 0, 1.5), (1.6, -1.2, 1.5)))
    write_markups([drawn], tmp_path / "a.mrk.json")
    read = read_markups(tmp_path / "a.mrk.json", CONTEXT)
    (back,) = read.drawings
    assert read.notices == ()
    assert (back.longest, back.perpendicular) == (drawn.longest, drawn.perpendicular)
    assert back.reading.values == pytest.approx(values)
    same = ("patient_id", "timepoint", "day", "reader", "lesion", "tracking_uid", "status")
    assert [getattr(back.reading, f) for f in same] == [getattr(reading, f) for f in same]


def test_ras_is_turned(tmp_path: Path) -> None:
    path = _file(tmp_path, _line("L1", (1, 2, 3), (4, 6, 3), coordinateSystem="RAS"))
    (drawn,) = read_markups(path, CONTEXT).drawings
    assert drawn.longest == ((-1, -2, 3), (-4, -6, 3))
    assert drawn.reading.values == {Quantity.LONGEST_DIAMETER_MM: 5.0}


@pytest.mark.parametrize("name", ["L1", "L1 short", "L1_1", "L1-Perpendicular", "L1 longest"])
def test_names_carry_the_lesion(tmp_path: Path, name: str) -> None:
    path = _file(tmp_path, _line("L1", (0, 0, 0), (10, 0, 0)), _line(name, (0, 0, 0), (0, 4, 0)))
    (drawn,) = read_markups(path, CONTEXT).drawings
    assert drawn.reading.lesion == "L1"
    assert drawn.reading.values[Quantity.PRODUCT_MM2] == pytest.approx(40)


def test_without_a_name_the_file_is_it(tmp_path: Path) -> None:
    path = _file(tmp_path, _line("", (0, 0, 0), (10, 0, 0)))
    assert read_markups(path, CONTEXT).drawings[0].reading.lesion == "drawn"


@pytest.mark.parametrize(
    ("markups", "said"),
    [
        ([_line("a", (0, 0, 0), (9, 0, 0)), _line("a", (0, 0, 0), (4, 4, 0))], "45 degrees"),
        ([_line("a", (0, 0, 0), (n, 0, 0)) for n in (1, 2, 3)], "3 lines"),
        ([_line("a", (0, 0, 0))], "1 points"),
        ([_line("a", (0, 0, 0), (0, 0, 0))], "without length"),
        ([_line("a", (0, 0, 0), (1, 0, 0), coordinateSystem="IJK")], "IJK"),
        ([_line("a", (0, 0, 0), (1, 0, 0), coordinateUnits="um")], "um"),
        ([{**_line("a", (0, 0, 0), (1, 0, 0)), "type": "Curve"}], "Curve"),
        (["x"], "no markup"),
    ],
)
def test_what_is_no_diameter_is_named(tmp_path: Path, markups: list[Any], said: str) -> None:
    read = read_markups(_file(tmp_path, *markups), CONTEXT)
    assert read.drawings == ()
    assert read.notices[0].code is Code.CONTENT_UNREAD
    assert said in read.notices[0].what


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"markups": 3}'])
def test_no_markups(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.mrk.json"
    path.write_text(text)
    with pytest.raises(CorruptInputError):
        read_markups(path, CONTEXT)


def test_points_must_be_numbers(tmp_path: Path) -> None:
    for bad in (["x", 0, 0], [0, 0], [float("nan"), 0, 0], None):
        path = _file(tmp_path, _line("a", (0, 0, 0), (1, 0, 0)))
        content = json.loads(path.read_text())
        content["markups"][0]["controlPoints"][0]["position"] = bad
        path.write_text(json.dumps(content))
        with pytest.raises(CorruptInputError):
            read_markups(path, CONTEXT)
