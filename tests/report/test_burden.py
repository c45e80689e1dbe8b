"""Sums over lesions, and what may not be summed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import pytest

from oncometry.report.burden import Burden, best_change, burdens, omission
from oncometry.report.counted import chosen, hands_of
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


def masks_of(
    rows: Sequence[Row], *spacings_mm: tuple[float, float, float], readers: Mapping[str, str] | None = None
) -> list[Row]:
    """The masks that rows were measured in, one spacing a date; `readers`: key of a mask -> its description."""
    axes = ("spacing_i_mm", "spacing_j_mm", "spacing_k_mm")
    found = {}
    for row in rows:
        spacing = spacings_mm[row["timepoint"] - 1] if spacings_mm else (1.0, 1.0, 1.0)
        head = {"mask_key": row["mask_key"], "kind": "SEG", "scheme": "binary"}
        head["description"] = (readers or {}).get(row["mask_key"], "tumor")
        found[row["mask_key"]] = head | dict(zip(axes, spacing, strict=True))
    return list(found.values())


def summed(
    rows: Sequence[Row], states: Sequence[Row] = (), masks: Sequence[Row] | None = None
) -> list[Burden]:
    visits = [visit(number) for number in range(1, max(r["timepoint"] for r in [*rows, *states]) + 1)]
    return burdens(visits, rows, states, masks_of(rows) if masks is None else masks, "whole")


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
    assert set(chosen(rows, hands_of(masks_of(rows)), "whole").rows) == {("L1", 1), ("L1", 3)}


def test_voxels_stand_in_for_withheld_sizes_of_any_number_of_lesions() -> None:
    rows = [withheld("L1", 1, 2505, 40.0), withheld("L1", 2, 3014, 30.0), withheld("L2", 2, 302, 20.0)]
    found = summed(rows, [], masks_of(rows, (1, 1, 1), (1, 1, 1)))
    assert [v.volume_ml for v in found] == [None, None]
    assert [v.voxels for v in found] == [2505, 3316]
    assert change(found) == pytest.approx([0.0, 100 * (3316 / 2505 - 1)])
    assert change(found, "diameter") == pytest.approx([0.0, 25.0])
    assert change(found, "product") == pytest.approx([0.0, 25.0])


def reader(name: str, number: int, volume_ml: float | None, lesion: str = "L1", **more: object) -> Row:
    return size(
        lesion, number, volume_ml, mask_key=f"{name}{number}", value_id=f"measurement:{name}{number}", **more
    )


def of_readers(rows: Sequence[Row]) -> list[Row]:
    return masks_of(rows, readers={r["mask_key"]: f"reader {r['mask_key'][0]}" for r in rows})


def test_sums_are_of_one_reader_whatever_the_keys_of_masks() -> None:
    for first, second in permutations((1, 2)):
        rows = [
            *(reader("A", 1, 10.0), reader("B", 1, 20.0), reader("A", 2, 10.0), reader("B", 2, 20.0)),
        ]
        keys = {"A1": f"k{first}", "B1": f"k{second}", "A2": f"k{second}2", "B2": f"k{first}2"}
        masks = [m | {"mask_key": keys[m["mask_key"]]} for m in of_readers(rows)]
        found = summed([r | {"mask_key": keys[r["mask_key"]]} for r in rows], [], masks)
        assert [v.volume_ml for v in found] == [10.0, 10.0]
        assert change(found) == [0.0, 0.0]
        assert {v.hand for v in found} == {"reader A (SEG, binary)"}


def test_the_reader_of_most_dates_counts_and_nobody_stands_in() -> None:
    rows = [
        reader("A", 1, 10.0),
        *(reader("B", n, 20.0) for n in (1, 2)),
        reader("A", 3, 10.0),
        reader("B", 4, 30.0),
    ]
    found = summed(rows, [], of_readers(rows))
    assert [v.volume_ml for v in found] == [20.0, 20.0, None, 30.0]
    assert "by the reader" in found[2].reason


def test_a_part_that_is_gone_for_one_reader_is_not_zero_for_the_other() -> None:
    gone = {"reason": "ABSENT", "longest_diameter_mm": None}
    rows = [reader("A", 1, 10.0), reader("B", 1, 5.0), reader("A", 2, 10.0), reader("B", 2, 0.0, **gone)]
    assert [v.volume_ml for v in summed(rows, [], of_readers(rows))] == [10.0, 10.0]


def test_masks_that_nothing_tells_apart_give_no_sum_and_the_reason() -> None:
    rows = [reader("A", 1, 10.0), reader("A", 2, 10.0), reader("B", 2, 20.0)]
    found = summed(rows)
    assert [v.volume_ml for v in found] == [10.0, None]
    assert change(found) == [0.0, None]
    assert omission(found, "volume") == "L1 has several masks, and nothing tells which is by the same reader"


def test_lesions_in_masks_of_their_own_are_all_summed() -> None:
    rows = [reader(name, n, 4.0, lesion) for n in (1, 2) for name, lesion in (("A", "L1"), ("B", "L2"))]
    found = summed(rows, [], of_readers(rows))
    assert [v.volume_ml for v in found] == [8.0, 8.0]
    assert {v.hand for v in found} == {""}


@pytest.mark.parametrize("other", [(1, 1, 3), (1, 1, 1.005)])
def test_without_one_spacing_of_the_masks_no_change_is_given_and_the_reason_is(
    other: tuple[float, float, float],
) -> None:
    rows = [withheld("L1", 1, 100, 10.0), withheld("L1", 2, 200, 20.0)]
    found = summed(rows, [], masks_of(rows, (1, 1, 1), other))
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
