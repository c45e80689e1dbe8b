"""Sums over lesions, and what may not be summed."""

from __future__ import annotations

import pytest

from oncometry.report.burden import best_change, burdens, chosen
from oncometry.report.tables import Row


def visit(number: int) -> Row:
    return {"timepoint": number, "day": 30 * (number - 1)}


def size(lesion: str, number: int, volume_ml: float | None, **more: object) -> Row:
    row = {"lesion": lesion, "timepoint": number, "compartment": "whole", "modality": "MR", "contrast": "T1c"}
    row |= {"mask_key": f"{lesion}{number}", "volume_ml": volume_ml, "longest_diameter_mm": 10.0}
    return row | {"volume_change_percent": None, "diameter_change_percent": None} | more


def state(lesion: str, number: int, status: str) -> Row:
    return {"lesion": lesion, "timepoint": number, "status": status}


def test_lesions_are_summed_and_compared_with_the_first_date() -> None:
    rows = [size("L1", 1, 4.0), size("L2", 1, 6.0), size("L1", 2, 2.0), size("L2", 2, 3.0)]
    found = burdens([visit(1), visit(2)], rows, [])
    assert [v.volume_ml for v in found] == [10.0, 5.0]
    assert [v.volume_change_percent for v in found] == [0.0, -50.0]
    assert [v.diameter_mm for v in found] == [20.0, 20.0]


def test_an_absent_lesion_is_zero_and_a_missing_one_unknown() -> None:
    rows = [size("L1", 1, 4.0), size("L2", 1, 6.0), size("L1", 2, 4.0), size("L1", 3, 4.0)]
    states = [state("L2", 2, "absent"), state("L2", 3, "not evaluable")]
    found = burdens([visit(1), visit(2), visit(3)], rows, states)
    assert [v.volume_ml for v in found] == [10.0, 4.0, None]
    assert found[2].volume_change_percent is None


def test_a_new_lesion_counts_from_when_it_appears() -> None:
    found = burdens([visit(1), visit(2)], [size("L1", 1, 4.0), size("L1", 2, 4.0), size("L2", 2, 2.0)], [])
    assert [v.volume_ml for v in found] == [4.0, 6.0]
    assert found[1].volume_change_percent == pytest.approx(50.0)


def test_one_lesion_seen_in_three_series_counts_once() -> None:
    rows = [
        size("L1", 1, 4.0, modality="CT", contrast="CT", mask_key="ct"),
        size("L1", 1, 9.0, modality="PT", contrast="PET", mask_key="pet"),
        size("L1", 1, 5.0, mask_key="mr"),
    ]
    assert [v.volume_ml for v in burdens([visit(1)], rows, [])] == [5.0]


def test_dates_are_compared_in_one_modality_only() -> None:
    rows = [size("L1", 1, 4.0), size("L1", 2, 9.0, modality="CT"), size("L1", 3, 2.0)]
    found = burdens([visit(1), visit(2), visit(3)], rows, [])
    assert [v.volume_ml for v in found] == [4.0, None, 2.0]
    assert set(chosen(rows)) == {("L1", 1), ("L1", 3)}


def test_relative_change_stands_in_for_withheld_sizes_of_a_single_lesion() -> None:
    rows = [
        size("L1", 1, None, volume_change_percent=0.0, longest_diameter_mm=None),
        size("L1", 2, None, volume_change_percent=-40.0, longest_diameter_mm=None),
    ]
    found = burdens([visit(1), visit(2)], rows, [])
    assert [v.volume_ml for v in found] == [None, None]
    assert [v.volume_change_percent for v in found] == [0.0, -40.0]


def test_best_change_is_after_the_first_date() -> None:
    assert best_change([0.0, 30.0, 10.0]) == 10.0
    assert best_change([0.0, None, -10.0]) == -10.0
    assert best_change([0.0]) is None
