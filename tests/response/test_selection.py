"""Which lesions become targets: measurable, largest first, so many a patient and an organ; a reader's word outranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from oncometry.core import Compartment, LesionReading, LesionRole, LesionStatus, Quantity, SettingsError
from oncometry.response import Limits, assess, criterion_named, timelines
from oncometry.response.recist import LIMITS
from oncometry.response.selection import baseline_roles, measurable

LONGEST, SHORT = Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM


def reading(
    name: str = "a", size: float | Mapping[Quantity, float] = 20.0, day: int = 0, **said: object
) -> LesionReading:
    values = size if isinstance(size, Mapping) else {LONGEST: size}
    made = LesionReading("p", f"d{day}", day, "r", name, None, LesionStatus.MEASURED, values)
    return replace(made, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "thickness", "expected"),
    [
        (10, None, True),
        (9.9, None, False),
        (10, 5, True),
        (14.9, 7.5, False),
        (15, 7.5, True),
        (11.9, 6, False),
    ],
)
def test_a_lesion_needs_10_mm_or_two_slices(size: float, thickness: float | None, expected: bool) -> None:
    assert measurable(reading(size=size, slice_thickness_mm=thickness), LIMITS) is expected


@pytest.mark.parametrize(("short", "expected"), [(15.0, True), (14.9, False)])
def test_a_node_needs_15_mm_of_its_short_axis(short: float, expected: bool) -> None:
    node = reading(size={LONGEST: 40.0, SHORT: short}, is_node=True)
    assert measurable(node, LIMITS) is expected


def test_a_small_node_is_no_target_and_a_normal_one_no_lesion() -> None:
    nodes = [reading(f"{s}", {SHORT: s}, is_node=True) for s in (15.0, 14.9, 10.0, 9.9)]
    roles = baseline_roles(nodes, LIMITS)
    found = {name: role for (name, _), role in roles.items()}
    assert found == {"15.0": LesionRole.TARGET, "14.9": LesionRole.NON_TARGET, "10.0": LesionRole.NON_TARGET}


def chosen(readings: list[LesionReading], limits: Limits = LIMITS) -> set[str]:
    return {name for (name, _), role in baseline_roles(readings, limits).items() if role is LesionRole.TARGET}


def test_two_an_organ_and_five_in_all_the_largest_first() -> None:
    liver = [reading(f"liver {s}", s, organ="liver") for s in (20, 30, 40)]
    lung = [reading(f"lung {s}", s, organ="lung") for s in (21, 31, 41)]
    bone = [reading(f"bone {s}", s, organ="bone") for s in (22, 32)]
    assert chosen(liver + lung) == {"liver 40", "liver 30", "lung 41", "lung 31"}
    assert chosen(liver + lung + bone) == {"liver 40", "liver 30", "lung 41", "lung 31", "bone 32"}


def test_lesions_without_an_organ_are_not_counted_by_it() -> None:
    assert len(chosen([reading(f"{s}", s) for s in range(20, 30)])) == 5


def test_an_organ_is_the_same_however_it_is_written() -> None:
    written = [
        reading(f"{organ} {n}", 20 + n, organ=organ) for n, organ in enumerate(("liver", "LIVER", "Liver "))
    ]
    assert len(chosen(written)) == 2


def test_a_readers_role_outranks_and_takes_a_place() -> None:
    said = [reading(f"t{n}", 11, organ="liver", role=LesionRole.TARGET) for n in range(3)]
    free = [
        reading("largest", 90, organ="liver"),
        reading("lung", 12, organ="lung"),
        reading("lung 2", 13, organ="lung"),
    ]
    assert chosen(said + free) == {"t0", "t1", "t2", "lung", "lung 2"}
    assert baseline_roles([reading("a", 90, role=LesionRole.NON_TARGET)], LIMITS) == {
        ("a", Compartment.WHOLE): LesionRole.NON_TARGET
    }


def test_a_node_that_was_normal_is_new_from_10_mm_on() -> None:
    criterion = criterion_named("recist-1.1")
    target = [reading("a", 30, day) for day in (0, 42, 84)]
    node = [
        reading("n", {SHORT: short}, day, is_node=True) for day, short in ((0, 8.0), (42, 9.9), (84, 10.0))
    ]
    (found,) = timelines(target + node, criterion.limits)
    assert [row.category for row in assess(found, criterion).overall()] == ["NONE", "SD", "PD"]


def test_the_enhancing_part_is_judged_where_there_is_one() -> None:
    criterion = criterion_named("mrecist")
    rows = [
        reading("a", size, day, compartment=part)
        for day, sizes in ((0, (50, 40)), (42, (50, 20)))
        for part, size in zip((Compartment.WHOLE, Compartment.ENHANCING), sizes, strict=True)
    ]
    (found,) = timelines(rows, criterion.limits)
    assert [row.total for row in assess(found, criterion).overall()] == [40, 20]
    (whole,) = timelines([r for r in rows if r.compartment is Compartment.WHOLE], criterion.limits)
    assert [row.total for row in assess(whole, criterion).overall()] == [50, 50]


def test_parts_of_a_split_lesion_add_up() -> None:
    criterion = criterion_named("recist-1.1")
    rows = [
        reading("a", 40),
        reading("b", 20),
        reading("a1", 18, 42, part_of="a"),
        reading("a2", 14, 42, part_of="a"),
        reading("b", 20, 42),
    ]
    (found,) = timelines(rows, criterion.limits)
    row = assess(found, criterion).overall()[1]
    assert (row.total, row.category) == (52, "SD")
    assert [lesion.name for lesion in found.lesions] == ["a", "b"]


def test_a_part_without_a_number_leaves_the_sum_unknown() -> None:
    criterion = criterion_named("recist-1.1")
    part = reading("a2", {}, 42, part_of="a", status=LesionStatus.NOT_EVALUABLE)
    (found,) = timelines([reading("a", 40), reading("a1", 18, 42, part_of="a"), part], criterion.limits)
    assert assess(found, criterion).overall()[1].category == "NE"


def test_products_of_parts_are_summed_not_multiplied() -> None:
    sizes = {LONGEST: 10.0, SHORT: 6.0}
    criterion = criterion_named("rano-hgg")
    rows = [reading("a", {LONGEST: 20.0, SHORT: 10.0})]
    rows += [reading(name, sizes, 42, part_of="a") for name in ("a1", "a2")]
    (found,) = timelines(rows, criterion.limits)
    part = found.lesions[0].readings[1]
    assert part is not None
    assert part.values[Quantity.PRODUCT_MM2] == 120


def test_merged_lesions_count_once() -> None:
    criterion = criterion_named("recist-1.1")
    rows = [reading("a", 20), reading("b", 20), reading("a", 45, 42), reading("b", {}, 42, merged_into="a")]
    (found,) = timelines(rows, criterion.limits)
    row = assess(found, criterion).overall()[1]
    assert (row.total, row.category) == (45, "SD")
    assert "MERGED: one with a" in str(found.lesions[1].readings[1])


def test_visits_are_ordered_by_days_else_by_numbers() -> None:
    criterion = criterion_named("recist-1.1")
    late, early = reading("a", 10, 84), reading("a", 50, 0)
    (found,) = timelines([late, early], criterion.limits)
    assert [visit.day for visit in found.visits] == [0, 84]
    numbered = [replace(late, day=None, visit_number=2.0), replace(early, visit_number=1.0)]
    (found,) = timelines(numbered, criterion.limits)
    assert [visit.label for visit in found.visits] == ["d0", "d84"]


def test_visits_that_nothing_orders_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"DATE_MISSING.*'d84'"):
        timelines([reading("a", 50, 0), replace(reading("a", 50, 84), day=None)], LIMITS)


def test_a_lesion_read_twice_or_with_two_roles_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"ROW_CONFLICTING.*twice"):
        timelines([reading("a", 50), reading("a", 51)], LIMITS)
    two = [reading("a", 50, role=LesionRole.TARGET), reading("a", 50, 42, role=LesionRole.NON_TARGET)]
    with pytest.raises(SettingsError, match="non-target and target"):
        timelines(two, LIMITS)


def test_each_reader_has_a_timeline() -> None:
    rows = [reading("a", 50), replace(reading("a", 50), reader="s")]
    assert [each.reader for each in timelines(rows, LIMITS)] == ["r", "s"]
