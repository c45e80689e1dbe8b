"""Sums over lesions, and what may not be summed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from oncometry.report.burden import Burden, best_change, burdens, omission
from oncometry.report.counted import chosen
from oncometry.report.tables import Row


def visit(number: int) -> Row:
    return {"timepoint": number, "day": 30 * (number - 1)}


def size(lesion: str, number: int, volume_ml: float | None, **more: object) -> Row:
    row = {"lesion": lesion, "timepoint": number, "compartment": "whole", "modality": "MR", "contrast": "T1c"}
    row |= {
        "mask_key": f"{lesion}{number}",
        "series_key": f"s{number}",
        "value_id": f"measurement:{lesion}{number}",
    }
    row |= {"volume_ml": volume_ml, "longest_diameter_mm": 10.0, "product_mm2": 80.0, "voxels": 100}
    return row | {"longest_lps_mm": None, "perpendicular_lps_mm": None, "reason": None} | more


def withheld(lesion: str, number: int, voxels: int, length: float) -> Row:
    sizes = {"longest_diameter_mm": None, "product_mm2": None, "reason": "SPACING_IMPLAUSIBLE"}
    ends = {
        "longest_lps_mm": [[0.0, 0.0, 0.0], [length, 0.0, 0.0]],
        "perpendicular_lps_mm": [[0.0, 0.0, 0.0], [0.0, 2.0, 0.0]],
    }
    return size(lesion, number, None, voxels=voxels, **sizes, **ends)


def state(lesion: str, number: int, status: str, reason: str | None = None) -> Row:
    return {"lesion": lesion, "timepoint": number, "status": status, "reason": reason}


def stated(*spacings_mm: tuple[float, float, float]) -> list[Row]:
    axes = ("spacing_i_mm", "spacing_j_mm", "spacing_k_mm")
    return [
        {"series_key": f"s{n}"} | dict(zip(axes, spacing, strict=True))
        for n, spacing in enumerate(spacings_mm, start=1)
    ]


def summed(rows: Sequence[Row], states: Sequence[Row] = (), series: Sequence[Row] = ()) -> list[Burden]:
    visits = [visit(number) for number in range(1, max(r["timepoint"] for r in [*rows, *states]) + 1)]
    return burdens(visits, rows, states, series, "whole")


def change(visits: Sequence[Burden], quantity: str = "volume") -> list[float | None]:
    return [v.changes[quantity] for v in visits]


def test_lesions_are_summed_and_compared_with_the_first_date() -> None:
    found = summed([size("L1", 1, 4.0), size("L2", 1, 6.0), size("L1", 2, 2.0), size("L2", 2, 3.0)])
    assert [v.volume_ml for v in found] == [10.0, 5.0]
    assert change(found) == [0.0, -50.0]
    assert [v.diameter_mm for v in found] == [20.0, 20.0]
    assert [v.product_mm2 for v in found] == [160.0, 160.0]
    assert found[1].members == ("measurement:L12", "measurement:L22")


def test_an_absent_lesion_is_zero_and_a_missing_one_unknown() -> None:
    rows = [size("L1", 1, 4.0), size("L2", 1, 6.0), size("L1", 2, 4.0), size("L1", 3, 4.0)]
    states = [state("L2", 2, "absent"), state("L2", 3, "not evaluable", "nothing was segmented")]
    found = summed(rows, states)
    assert [v.volume_ml for v in found] == [10.0, 4.0, None]
    assert found[2].changes["volume"] is None
    assert found[2].reason == "L2 is not evaluable (nothing was segmented)"


def test_a_part_that_is_gone_while_the_lesion_persists_is_zero() -> None:
    gone = size("L1", 2, 0.0, reason="ABSENT", modality=None, contrast=None, longest_diameter_mm=None)
    found = summed([size("L1", 1, 4.0), gone])
    assert [v.volume_ml for v in found] == [4.0, 0.0]
    assert [v.lesions for v in found] == [1, 0]
    assert change(found, "diameter") == [0.0, -100.0]


def test_a_merged_lesion_is_counted_in_the_one_it_merged_into() -> None:
    rows = [size("L1", 1, 4.0), size("L2", 1, 6.0), size("L1", 2, 12.0)]
    found = summed(rows, [state("L2", 2, "not evaluable", "merged with L1")])
    assert change(found) == pytest.approx([0.0, 20.0])


def test_a_new_lesion_counts_from_when_it_appears() -> None:
    found = summed([size("L1", 1, 4.0), size("L1", 2, 4.0), size("L2", 2, 2.0)])
    assert [v.volume_ml for v in found] == [4.0, 6.0]
    assert found[1].changes["volume"] == pytest.approx(50.0)


def test_one_lesion_seen_in_three_series_counts_once() -> None:
    rows = [
        size("L1", 1, 4.0, modality="CT", contrast="CT", mask_key="ct"),
        size("L1", 1, 9.0, modality="PT", contrast="PET", mask_key="pet"),
        size("L1", 1, 5.0, mask_key="mr"),
    ]
    assert [v.volume_ml for v in summed(rows)] == [5.0]


@pytest.mark.parametrize("other", [{"modality": "CT", "contrast": "CT"}, {"contrast": "FLAIR"}])
def test_dates_are_compared_in_one_kind_of_image_only(other: dict[str, object]) -> None:
    rows = [size("L1", 1, 4.0), size("L1", 2, 9.0, **other), size("L1", 3, 2.0)]
    assert [v.volume_ml for v in summed(rows)] == [4.0, None, 2.0]
    assert set(chosen(rows, "whole")) == {("L1", 1), ("L1", 3)}


def test_voxels_stand_in_for_withheld_sizes_of_any_number_of_lesions() -> None:
    rows = [withheld("L1", 1, 2505, 40.0), withheld("L1", 2, 3014, 30.0), withheld("L2", 2, 302, 20.0)]
    found = summed(rows, [], stated((1, 1, 1), (1, 1, 1)))
    assert [v.volume_ml for v in found] == [None, None]
    assert [v.voxels for v in found] == [2505, 3316]
    assert change(found) == pytest.approx([0.0, 100 * (3316 / 2505 - 1)])
    assert change(found, "diameter") == pytest.approx([0.0, 25.0])
    assert change(found, "product") == pytest.approx([0.0, 25.0])


@pytest.mark.parametrize("series", [stated((1, 1, 1), (1, 1, 3)), stated((1, 1, 1)), []])
def test_without_one_stated_spacing_no_change_is_given_and_the_reason_is(series: list[Row]) -> None:
    found = summed([withheld("L1", 1, 100, 10.0), withheld("L1", 2, 200, 20.0)], [], series)
    assert change(found) == [None, None]
    assert "voxel spacing" in omission(found, "volume")


def test_the_reason_of_an_omission_is_the_true_one() -> None:
    assert omission(summed([size("L1", 1, 4.0)]), "volume") == "measured on one date only"
    found = summed([size("L1", 1, 4.0)], [state("L1", 2, "not imaged")])
    assert omission(found, "volume") == "L1 is not imaged"
    assert omission(summed([size("L1", 1, 4.0), size("L1", 2, 5.0)]), "volume") == ""
    assert omission([], "volume") == "not measured"


def test_best_change_is_after_the_first_date() -> None:
    assert best_change([0.0, 30.0, 10.0]) == 10.0
    assert best_change([0.0, None, -10.0]) == -10.0
    assert best_change([0.0]) is None
