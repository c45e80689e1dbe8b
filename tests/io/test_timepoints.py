"""Visits: one study is one visit; then dates; then names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Code, Contrast, Geometry, Modality, Unit
from oncometry.io.manifest import DoseRecord, FileKind, MaskKind, MaskRecord, SeriesRecord
from oncometry.io.timepoints import assign_timepoints

GRID = Geometry((1, 1, 1), np.eye(4))


def _series(key: str, **fields: object) -> SeriesRecord:
    values: dict[str, object] = {
        "patient_id": "P",
        "kind": FileKind.DICOM,
        "instances": (),
        "geometry": GRID,
        "modality": Modality.MR,
        "contrast": Contrast.UNKNOWN,
        "confidence": 0.0,
        "evidence": "",
        "unit": Unit.ARBITRARY,
    }
    return SeriesRecord(key=key, **{**values, **fields})  # type: ignore[arg-type]


def _mask(key: str, **fields: object) -> MaskRecord:
    return MaskRecord(key, "P", MaskKind.NIFTI, Path("m"), "", **fields)  # type: ignore[arg-type]


def _numbers(series: list[SeriesRecord], masks: list[MaskRecord] | None = None, window: int = 30) -> dict:
    (timed, timed_masks, _), _, _ = assign_timepoints(series, masks or [], [], window)
    return {r.key: (r.timepoint.number, r.timepoint.day) for r in (*timed, *timed_masks) if r.timepoint}


def test_series_of_one_study_share_a_visit_whatever_their_dates() -> None:
    day = date(2001, 11, 17)
    series = [
        _series("ct", study_instance_uid="1", study_date=day, acquired=day),
        _series("mr", study_instance_uid="1", study_date=day, acquired=date(2001, 11, 1)),
    ]
    assert _numbers(series) == {"ct": (1, 0), "mr": (1, 0)}
    _, _, (notice,) = assign_timepoints(series, [], [], 30)
    assert notice.code is Code.DATES_DIFFER
    assert "2001-11-17" in notice.what
    assert "2001-11-01" in notice.what
    assert "one study" in notice.what


def _dated(day: date, modality: Modality, contrast: Contrast, key: str) -> SeriesRecord:
    return _series(
        key, study_instance_uid=key, study_date=day, acquired=day, modality=modality, contrast=contrast
    )


def test_the_same_sequence_twice_is_two_visits() -> None:
    """T1c three weeks apart is growth to be measured, not one visit."""
    series = [
        _dated(date(2020, 1, 1), Modality.MR, Contrast.T1C, "a"),
        _dated(date(2020, 1, 21), Modality.MR, Contrast.T1C, "b"),
    ]
    assert _numbers(series) == {"a": (1, 0), "b": (2, 20)}


def test_an_unknown_contrast_may_be_any_of_its_modality() -> None:
    series = [
        _dated(date(2020, 1, 1), Modality.MR, Contrast.T1C, "a"),
        _dated(date(2020, 1, 21), Modality.MR, Contrast.UNKNOWN, "b"),
    ]
    assert _numbers(series) == {"a": (1, 0), "b": (2, 20)}


def test_studies_that_show_different_things_join_within_the_window_and_say_so() -> None:
    series = [
        _dated(date(2020, 1, 1), Modality.CT, Contrast.CT, "ct"),
        _dated(date(2020, 1, 20), Modality.MR, Contrast.T1C, "mr"),
        _dated(date(2020, 3, 1), Modality.PT, Contrast.PET, "late"),
    ]
    assert _numbers(series) == {"ct": (1, 0), "mr": (1, 0), "late": (2, 60)}
    assert _numbers(series, window=0)["mr"] == (2, 19)
    (timed, _, _), _, (notice,) = assign_timepoints(series, [], [], 30)
    assert notice.code is Code.DATES_DIFFER
    assert "2020-01-01" in notice.what
    assert "2020-01-20" in notice.what
    assert [s.acquired for s in timed] == [s.acquired for s in series]


def test_masks_of_two_days_without_images_are_two_visits() -> None:
    masks = [
        _mask("a", study_instance_uid="1", acquired=date(2020, 1, 1)),
        _mask("b", study_instance_uid="2", acquired=date(2020, 1, 11)),
    ]
    assert _numbers([], masks) == {"a": (1, 0), "b": (2, 10)}


def test_sessions_without_dates_are_ordered_by_meaning() -> None:
    series = [_series(s, session=s) for s in ("post", "pre")]
    assert _numbers(series) == {"pre": (1, None), "post": (2, None)}


def test_weeks_in_a_label_are_days() -> None:
    series = [_series(s, session=s) for s in ("week-044", "week-000", "week-012")]
    assert _numbers(series) == {"week-000": (1, 0), "week-012": (2, 84), "week-044": (3, 308)}


def test_dates_in_a_label_are_dates() -> None:
    series = [_series(s, session=s) for s in ("2021-01-01", "2020-01-01")]
    assert _numbers(series) == {"2020-01-01": (1, 0), "2021-01-01": (2, 366)}


def test_named_sessions_stay_apart_within_the_window() -> None:
    series = [
        _series("a", session="pre", study_instance_uid="1", study_date=date(2020, 1, 1)),
        _series("b", session="post", study_instance_uid="2", study_date=date(2020, 1, 3)),
    ]
    assert _numbers(series) == {"a": (1, 0), "b": (2, 2)}


def test_masks_go_with_their_image() -> None:
    series = [_series("pre", session="pre"), _series("post", session="post")]
    masks = [
        _mask("linked", series_key="post"),
        _mask("named", session="pre"),
        _mask("other", session="week-1"),
    ]
    found = _numbers(series, masks)
    assert found["linked"] == found["post"]
    assert found["named"] == found["pre"]
    assert found["other"][0] not in (found["pre"][0], found["post"][0])


def test_dates_that_cannot_be_are_not_believed() -> None:
    series = [
        _series("a", session="tp-2", study_instance_uid="1", study_date=date(1900, 1, 1)),
        _series("b", session="tp-1", study_instance_uid="2", study_date=date(2999, 1, 1)),
    ]
    (timed, _, _), points, notices = assign_timepoints(series, [], [], 30)
    assert [n.code for n in notices] == [Code.DATES_IMPLAUSIBLE]
    assert {r.key: r.timepoint.number for r in timed if r.timepoint} == {"b": 1, "a": 2}
    assert all(p.day is None and p.acquired is None for p in points)


def test_equal_dates_over_named_sessions_are_not_believed() -> None:
    day = date(2020, 1, 1)
    series = [_series(s, session=s, study_instance_uid=s, study_date=day) for s in ("tp-2", "tp-1")]
    (timed, _, _), _, notices = assign_timepoints(series, [], [], 30)
    assert [n.code for n in notices] == [Code.DATES_IMPLAUSIBLE]
    assert {r.key: r.timepoint.number for r in timed if r.timepoint} == {"tp-1": 1, "tp-2": 2}


def _studies(*days: date | None, sessions: tuple[str | None, ...] = (None, None, None)) -> list[SeriesRecord]:
    return [
        _series(f"s{n}", study_instance_uid=f"{n}", study_date=day, session=session)
        for n, (day, session) in enumerate(zip(days, sessions, strict=False))
    ]


@pytest.mark.parametrize(
    ("series", "ordered"),
    [
        (_studies(date(2020, 1, 1), date(2020, 3, 1)), True),
        (_studies(date(2020, 1, 1), None), False),
        (_studies(None, None), False),
        (_studies(None), True),
        (_studies(date(1900, 1, 1), date(2020, 3, 1)), False),
        (_studies(date(2020, 1, 1), None, sessions=("tp-1", "tp-2")), True),
        (_studies(date(2020, 1, 1), None, sessions=("tp-1", None)), False),
        (_studies(None, None, sessions=("tp-1", "tp-01")), False),
    ],
)
def test_visits_are_ordered_where_dates_or_names_of_all_tell_how(
    series: list[SeriesRecord], ordered: bool
) -> None:
    dose = DoseRecord("d", "P", Path("d"), "", GRID, "GY", "PHYSICAL", "PLAN", "9")  # no date, and no lesions
    _, points, notices = assign_timepoints(series, [], [dose], 30)
    assert {p.is_ordered for p in points} == {ordered}
    assert any("no change is given" in n.what for n in notices) is not ordered


def test_labels_are_unique_in_a_patient_and_patients_are_apart() -> None:
    series = [_series("a", session="1"), _series("b", session="2"), _series("c", patient_id="Q")]
    _, points, _ = assign_timepoints(series, [], [], 30)
    assert [(p.patient_id, p.label) for p in points] == [("P", "01"), ("P", "02"), ("Q", "01")]
