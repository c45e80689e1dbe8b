"""What people decided of readings: of lesions in parts, and where a number is said to be from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from oncometry.core import (
    Compartment,
    DecidedLesion,
    Decision,
    DecisionKind,
    LesionReading,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Quantity,
)
from oncometry.pipeline.decided_lesions import StoredLesions
from oncometry.pipeline.decided_readings import Decided, decided_readings
from oncometry.response.split_and_merged import joined

pytestmark = pytest.mark.storeless

VISIT = "2020-03-01"
DIAMETER, SHORT, PRODUCT = Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM, Quantity.PRODUCT_MM2
SIZES = {DIAMETER: 20.0, SHORT: 10.0, PRODUCT: 200.0, Quantity.VOLUME_ML: 4.0}


def computed(lesion: str, part_of: str | None = None) -> LesionReading:
    return LesionReading(
        "P",
        "02",
        60,
        "",
        lesion,
        None,
        LesionStatus.MEASURED,
        values=SIZES,
        sources=(f"measurement:{lesion[1:]}",),
        part_of=part_of,
    )


def said(number: int, kind: DecisionKind, lesion: str, **more: Any) -> Decision:
    anchor = None if kind is DecisionKind.ROLE else VISIT
    about = (DecidedLesion(lesion, f"uid {lesion}"),)
    when = datetime(2024, 5, 1, tzinfo=UTC)
    return Decision("P", "Ada", when, "seen", kind, about, anchor, number=number, **more)


def size(number: int, lesion: str, value: float, quantity: Quantity = DIAMETER) -> Decision:
    return said(number, DecisionKind.MEASURE, lesion, quantity=quantity, value=value)


def decided(readings: list[LesionReading], *decisions: Decision, excluded: str = "") -> Decided:
    rows = [
        {
            "lesion": r.lesion,
            "tracking_uid": f"uid {r.lesion}",
            "excluded": "a vessel" if r.lesion == excluded else None,
        }
        for r in readings
    ]
    there = [r for r in readings if r.lesion != excluded]
    return decided_readings(there, decisions, StoredLesions(rows, [], []), {VISIT: "02"}, "recist-1.1")


SPLIT = [computed("L1", "L1"), computed("L3", "L1")]


def test_a_part_measured_by_hand_adds_up_with_the_others() -> None:
    found = decided(SPLIT, size(1, "L3", 12.0))
    (whole,) = joined(list(found.readings.values()))
    assert (whole.lesion, whole.values[DIAMETER]) == ("L1", 32.0)
    assert found.source_of(whole, DIAMETER) == ("measurement:1", "decision:1")
    assert found.source_of(whole, Quantity.VOLUME_ML) == ("measurement:1", "measurement:3")
    assert found.not_judged({("L1", whole.compartment)}, "recist-1.1") == []


def test_a_part_that_cannot_be_measured_leaves_no_sum() -> None:
    found = decided(SPLIT, said(1, DecisionKind.STATUS, "L3", status=LesionStatus.NOT_EVALUABLE))
    (whole,) = joined(list(found.readings.values()))
    assert (whole.lesion, whole.status) == ("L1", LesionStatus.NOT_EVALUABLE)


def test_a_role_of_a_part_is_told() -> None:
    found = decided(SPLIT, said(1, DecisionKind.ROLE, "L3", role=LesionRole.NON_TARGET))
    assert "L3 is part of L1" in str(found.unplaced[0])
    assert found.roles == {}


def test_a_role_of_what_is_no_lesion_is_told() -> None:
    role = said(1, DecisionKind.ROLE, "L2", role=LesionRole.TARGET)
    found = decided([computed("L1"), computed("L2")], role, excluded="L2")
    assert "L2 is excluded" in str(found.unplaced[0])


def test_a_state_beside_a_size_names_both() -> None:
    state = said(1, DecisionKind.STATE, "L1", state=NonTargetState.PRESENT)
    found = decided([computed("L1")], state)
    (reading,) = found.readings.values()
    assert found.source_of(reading, DIAMETER) == ("measurement:1", "decision:1")


def test_what_is_said_of_all_parts_is_judged_where_one_of_them_is() -> None:
    whole = computed("L1")
    core = replace(whole, compartment=Compartment.CORE)
    found = decided([whole, core], said(1, DecisionKind.STATE, "L1", state=NonTargetState.ABSENT))
    assert {r.status for r in found.readings.values()} == {LesionStatus.ABSENT}
    assert found.not_judged({("L1", Compartment.WHOLE)}, "recist-1.1") == []
    assert len(found.not_judged(set(), "recist-1.1")) == 2


def test_what_is_gone_is_said_by_whoever_said_so_last() -> None:
    state = said(2, DecisionKind.STATE, "L1", state=NonTargetState.ABSENT)
    found = decided([computed("L1")], size(1, "L1", 12.0), state)
    (reading,) = found.readings.values()
    assert reading.status is LesionStatus.ABSENT
    assert found.source_of(reading, DIAMETER) == ("decision:2",)


def test_a_product_of_diameters_by_hand_is_not_from_the_mask() -> None:
    found = decided([computed("L1")], size(1, "L1", 12.0), size(2, "L1", 6.0, SHORT))
    (reading,) = found.readings.values()
    assert found.source_of(reading, PRODUCT) == ("decision:1", "decision:2")
    assert found.source_of(reading, DIAMETER) == ("decision:1",)
    assert found.source_of(reading, Quantity.VOLUME_ML) == ("measurement:1",)
