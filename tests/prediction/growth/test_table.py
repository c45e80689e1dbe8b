"""A long table to courses: units, days, and what is left out with which code."""

from __future__ import annotations

import pytest

from oncometry.core import Code, SettingsError
from oncometry.prediction.growth import GrowthColumns, SizeUnit, read_series


def rows(*lines, head="patient,lesion,day,size_mm"):
    return [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]


GOOD = ("A,L1,0,20", "A,L1,42,22", "A,L1,84,25")


def test_a_series_a_lesion():
    read = read_series(rows(*GOOD, "A,L2,0,9", "A,L2,42,8", "A,L2,84,0"), GrowthColumns())
    assert [(s.patient, s.lesion, s.unit) for s in read.series] == [
        ("A", "L1", SizeUnit.MM),
        ("A", "L2", SizeUnit.MM),
    ]
    assert read.series[1].sizes.tolist() == [9, 8, 0]
    assert read.left_out == ()


def test_days_may_be_dates():
    read = read_series(rows("A,L,2024-02-28,20", "A,L,2024-03-01,22", "A,L,2024-04-01,25"), GrowthColumns())
    assert read.series[0].days.tolist() == [0, 2, 33]


def test_days_of_dates_count_from_the_patients_first():
    dated = ["A,L,2024-02-28,20", "A,L,2024-03-01,22", "A,L,2024-04-01,25"]
    later = ["A,M,2024-03-01,9", "A,M,2024-04-01,8", "A,M,2024-05-01,7"]
    first, second = read_series(rows(*dated, *later), GrowthColumns()).series
    assert (first.first_day, second.first_day) == (0, 2)


def test_a_date_without_hyphens_is_a_date_throughout():
    read = read_series(rows("A,L,20240228,20", "A,L,2024-03-01,22", "A,L,20240401,25"), GrowthColumns())
    assert read.series[0].days.tolist() == [0, 2, 33]


def test_a_number_is_one_however_it_is_written():
    with pytest.raises(SettingsError, match="holds dates, and '1e1' as well"):
        read_series(rows("A,L,2024-02-28,20", "A,L,1e1,22"), GrowthColumns())


def test_dates_and_numbers_in_one_column_are_refused():
    with pytest.raises(SettingsError, match="holds dates, and '7' as well"):
        read_series(rows("A,L,2024-02-28,20", "A,L,7,22"), GrowthColumns())


def test_a_column_of_units_makes_series_of_their_own():
    head = "patient,lesion,day,size,unit"
    read = read_series(
        rows(*(f"A,L,{d},{s},{u}" for d in (0, 42, 84) for s, u in ((20, "mm"), (4, "ml"))), head=head),
        GrowthColumns(),
    )
    assert {s.unit for s in read.series} == {SizeUnit.MM, SizeUnit.ML}


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("A,L1,100,abc", Code.SIZE_IMPLAUSIBLE, "row 5: size 'abc' is no number"),
        ("A,L1,100,-3", Code.SIZE_IMPLAUSIBLE, "row 5: size '-3'"),
        ("A,L1,100,nan", Code.SIZE_IMPLAUSIBLE, "row 5: size 'nan'"),
        ("A,L1,100, ", Code.VALUE_MISSING, "row 5: there is no size"),
        ("A,L1,week 4,20", Code.DATE_MISSING, "row 5: day 'week 4'"),
        ("A,L1,inf,20", Code.DATE_MISSING, "row 5: day 'inf'"),
        ("B,L1,0,20", Code.TOO_FEW_VISITS, "B L1: 1 visits"),
    ],
)
def test_one_wrong_row_leaves_the_others(line, code, says):
    read = read_series(rows(*GOOD, line), GrowthColumns())
    assert [s.patient for s in read.series] == ["A"]
    assert len(read.series[0].days) == 3
    assert [n.code for n in read.left_out] == [code]
    assert says in read.left_out[0].what


def test_rows_of_nobody_are_no_patient():
    """They may be of several people."""
    nobody = (",L1,0,20", " ,L1,42,22", ",L1,84,30", ",L1,week 9,x")
    read = read_series(rows(*GOOD, *nobody), GrowthColumns())
    assert [s.patient for s in read.series] == ["A"]
    (told,) = read.left_out
    assert told.code is Code.VALUE_MISSING
    assert told.what == "4 rows have no patient in column 'patient' (row 5, 6, 7, 8)."


def test_rows_of_no_lesion_are_left_out_where_lesions_have_names():
    read = read_series(rows(*GOOD, "A,,0,9", "A, ,42,9", "A,,84,9"), GrowthColumns())
    assert [s.lesion for s in read.series] == ["L1"]
    assert [(n.code, n.what) for n in read.left_out] == [
        (Code.VALUE_MISSING, "3 rows have no lesion in column 'lesion' (row 5, 6, 7).")
    ]


def test_a_table_without_a_column_of_lesions_has_one_a_patient():
    read = read_series(rows("A,0,20", "A,42,22", "A,84,25", head="patient,day,size_mm"), GrowthColumns())
    assert [(s.patient, s.lesion) for s in read.series] == [("A", "")]
    assert read.left_out == ()


def test_a_row_of_nobody_does_not_change_what_days_are():
    dated = ["A,L,2024-02-28,20", "A,L,2024-03-01,22", "A,L,2024-04-01,25", ",L,7,20"]
    read = read_series(rows(*dated), GrowthColumns())
    assert read.series[0].days.tolist() == [0, 2, 33]
    assert [n.what for n in read.left_out] == ["1 row has no patient in column 'patient' (row 5)."]


def test_a_wrong_row_after_one_of_nobody_has_its_number_in_the_file():
    read = read_series(rows(*GOOD, ",L1,0,20", "A,L1,100,x"), GrowthColumns())
    assert read.left_out[1].what.startswith("row 6: size 'x'")


def test_a_day_with_two_sizes_leaves_that_lesion():
    read = read_series(rows(*GOOD, "A,L2,0,9", "A,L2,0,8", "A,L2,42,8", "A,L2,84,8"), GrowthColumns())
    assert [s.lesion for s in read.series] == ["L1"]
    assert [n.code for n in read.left_out] == [Code.ROW_CONFLICTING]


@pytest.mark.parametrize(
    ("head", "columns", "says"),
    [
        ("who,lesion,day,size_mm", GrowthColumns(), "no column 'patient'"),
        ("patient,lesion,when,size_mm", GrowthColumns(), "no column 'day'"),
        ("patient,lesion,day,width", GrowthColumns(), "no column of sizes"),
        ("patient,lesion,day,size", GrowthColumns(), "what unit 'size' is in"),
        ("patient,lesion,day,size_mm", GrowthColumns(size="volume"), "no column 'volume'"),
        ("patient,lesion,day,size_mm", GrowthColumns(lesion="lesoin"), "no column 'lesoin'"),
    ],
)
def test_columns_that_are_not_there(head, columns, says):
    with pytest.raises(SettingsError, match=says) as caught:
        read_series(rows(*GOOD, head=head), columns)
    assert caught.value.code is Code.COLUMN_MISSING


def test_two_columns_of_sizes_are_asked_about():
    with pytest.raises(SettingsError, match="size_mm and volume_ml: which"):
        read_series(rows("A,L,0,20,4", head="patient,lesion,day,size_mm,volume_ml"), GrowthColumns())


def test_a_unit_that_is_none():
    read = read_series(rows("A,L,0,20,cm", head="patient,lesion,day,size,unit"), GrowthColumns())
    assert [n.code for n in read.left_out] == [Code.UNIT_UNKNOWN]
