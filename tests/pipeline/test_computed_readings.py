"""What was measured becomes readings that criteria can judge."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oncometry.core import LesionReading, LesionStatus, Quantity, Timepoint
from oncometry.pipeline.computed_readings import Tables, computed_readings
from oncometry.response import assess, criterion_named, timelines

pytestmark = pytest.mark.storeless


def visits(count: int) -> list[Timepoint]:
    return [Timepoint("P", n, f"{n:02d}", 30 * n, source="study date") for n in range(1, count + 1)]


def seen(lesion: str, timepoint: int, status: str = "measured", reason: str | None = None) -> dict[str, Any]:
    return {"lesion": lesion, "timepoint": timepoint, "status": status, "reason": reason}


def size(lesion: str, timepoint: int, ml: float | None, mask: str = "", **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {quantity.value: None for quantity in Quantity}
    return row | {
        "value_id": f"measurement:{lesion}{timepoint}",
        "lesion": lesion,
        "timepoint": timepoint,
        "mask_key": mask or f"m{timepoint}",
        "contrast": "T1c",
        "compartment": "whole",
        "volume_ml": ml,
        "voxels": 1000,
        "flags": "[]",
        "source": "voxels",
        "reason": None,
        "standard_errors": json.dumps({"volume_ml": {"repeated": 0.5, "total": 0.7}}),
        **more,
    }


def mask(key: str, scheme: str = "brats", spacing_mm: float = 1.0) -> dict[str, Any]:
    spacings = {f"spacing_{axis}_mm": spacing_mm for axis in "ijk"}
    return {"mask_key": key, "kind": "SEG", "scheme": scheme, "description": "", **spacings}


def read(observed: Any, measured: Any, masks: Any, count: int = 2, *, relative: bool = True) -> Any:
    found = computed_readings(Tables(visits(count), observed, measured, masks), relative=relative)
    return {(r.lesion, r.timepoint): r for r in found}


def test_sizes_errors_and_sources_arrive() -> None:
    found = read([seen("L1", 1)], [size("L1", 1, 4.0)], [mask("m1")])["L1", "01"]
    assert found.values == {Quantity.VOLUME_ML: 4.0}
    assert found.standard_errors == {Quantity.VOLUME_ML: 0.5}
    assert found.sources == ("measurement:L11",)


def test_a_doubted_spacing_gives_ratios_on_one_grid_and_nothing_else() -> None:
    observed = [seen("L1", 1), seen("L1", 2)]
    doubted = {"reason": "SPACING_IMPLAUSIBLE", "standard_errors": "{}"}
    measured = [size("L1", 1, None, **doubted), size("L1", 2, None, **{**doubted, "voxels": 1500})]
    same = [mask("m1"), mask("m2")]
    found = read(observed, measured, same)
    ratio = found["L1", "02"].values[Quantity.VOLUME_ML] / found["L1", "01"].values[Quantity.VOLUME_ML]
    assert ratio == 1.5
    for kept in (
        read(observed, measured, same, relative=False),
        read(observed, measured, [same[0], mask("m2", spacing_mm=2)]),
    ):
        assert {r.status for r in kept.values()} == {LesionStatus.NOT_EVALUABLE}
        assert all("SPACING_IMPLAUSIBLE" in r.reason for r in kept.values())


def test_another_hand_is_not_compared_and_two_alike_are_not_guessed() -> None:
    observed = [seen("L1", 1), seen("L1", 2), seen("L1", 3)]
    measured = [size("L1", 1, 4.0), size("L1", 2, 5.0), size("L1", 3, 9.0)]
    beside = [size("L1", 1, 7.0, "other1"), *measured, size("L1", 4, 6.0)]
    masks = [mask("m1"), mask("m2"), mask("other1", "other"), mask("m3", "other"), mask("m4")]
    found = read([*observed, seen("L1", 4)], beside, masks, 4)
    assert [r.status.value for r in found.values()] == ["measured", "measured", "not evaluable", "measured"]
    assert found["L1", "01"].values == {Quantity.VOLUME_ML: 4.0}
    twice = [*measured, size("L1", 3, 9.5, "m4")]
    alike = read(observed, twice, [mask(f"m{n}") for n in (1, 2, 3, 4)], 3)
    assert "READER_AMBIGUOUS" in alike["L1", "03"].reason


def test_labels_that_change_because_a_part_is_gone_are_of_the_same_hand() -> None:
    observed = [seen("L1", 1), seen("L1", 2)]
    found = read(observed, [size("L1", 1, 4.0), size("L1", 2, 5.0)], [mask("m1"), mask("m2", "named")])
    assert [r.status.value for r in found.values()] == ["measured", "measured"]


def test_parts_of_a_split_add_up_whatever_became_of_them() -> None:
    """The child is not there any more at the third visit: its parent has one reading there all the same."""
    observed = [
        *(seen("L1", n) for n in (1, 2, 3)),
        seen("L2", 1, "not evaluable", "part of L1"),
        seen("L2", 2),
        seen("L2", 3, "absent", "no longer seen"),
    ]
    measured = [size("L1", 1, 10.0), size("L1", 2, 6.0), size("L2", 2, 3.0), size("L1", 3, 5.0)]
    tables = Tables(visits(3), observed, measured, [mask(f"m{n}") for n in (1, 2, 3)])
    found: list[LesionReading] = computed_readings(tables, relative=True)
    (timeline,) = timelines(found, criterion_named("volumetric").limits)
    (lesion,) = timeline.lesions
    sizes = [r.values[Quantity.VOLUME_ML] for r in lesion.readings if r is not None]
    assert sizes == [10.0, 9.0, 5.0]


def test_sizes_from_contours_beside_sizes_from_voxels_are_told_and_reach_the_proof() -> None:
    observed = [seen("L1", n) for n in (1, 2, 3)] + [seen("L2", 2)]
    measured = [
        size("L1", 1, 10.0, source="contours"),
        size("L1", 2, 6.0),
        size("L1", 3, 5.0, source="contours"),
        size("L2", 2, 4.0),
    ]
    tables = Tables(visits(3), observed, measured, [mask(f"m{n}") for n in (1, 2, 3)])
    found = computed_readings(tables, relative=True)
    said = "SOURCE_DIFFERS: measured from voxels, at 01 from contours"
    assert {(r.lesion, r.timepoint): r.reason for r in found if r.reason} == {("L1", "02"): said}
    criterion = criterion_named("volumetric")
    (timeline,) = timelines(found, criterion.limits)
    rows = assess(timeline, criterion).overall()
    assert [f"L1 6 ({said})" in row.explanation.text for row in rows] == [False, True, False]


def test_parts_that_are_measured_from_something_else_than_the_whole_was_are_told() -> None:
    observed = [seen("L1", 1), seen("L2", 1, "not evaluable", "part of L1"), seen("L1", 2), seen("L2", 2)]
    measured = [size("L1", 1, 10.0, source="contours"), size("L1", 2, 6.0), size("L2", 2, 3.0)]
    found = computed_readings(Tables(visits(2), observed, measured, [mask("m1"), mask("m2")]), relative=True)
    (timeline,) = timelines(found, criterion_named("volumetric").limits)
    whole = timeline.lesions[0].readings[1]
    assert whole is not None
    assert whole.reason == "SPLIT: L1, L2; SOURCE_DIFFERS: measured from voxels, at 01 from contours"
