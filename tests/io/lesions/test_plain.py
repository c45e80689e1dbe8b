"""A plain table of lesions: columns by their names, units, nodes, every row accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncometry.core import Compartment, CorruptInputError, LesionRole, LesionStatus, NonTargetState, Quantity
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions import LesionTable, read_lesion_table
from oncometry.io.lesions.plain_columns import column_name

LONGEST, SHORT, PRODUCT = Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM, Quantity.PRODUCT_MM2


def read(folder: Path, text: str) -> LesionTable:
    path = folder / "lesions.csv"
    path.write_text(text, encoding="utf-8")
    return read_lesion_table(path)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Patient ID", "patient"), ("USUBJID", "patient"), ("visit", "visit"), ("Timepoint", "visit"),
        ("VISITNUM", "visit_number"), ("day", "day"), ("Days since baseline", "day"), ("Scan date", "date"),
        ("Reader", "reader"), ("lesion", "lesion"), ("TRLNKID", "lesion"), ("role", "role"), ("Organ", "organ"),
        ("lymph node", "node"), ("state", "state"), ("slice thickness (mm)", "slice_thickness"),
        ("diameter", "longest_diameter_mm|"), ("Longest diameter [mm]", "longest_diameter_mm|mm"),
        ("diameter_cm", "longest_diameter_mm|cm"), ("short axis mm", "short_axis_mm|mm"), ("volume_ml", "volume_ml|ml"),
        ("Volume (mm³)", "volume_ml|mm3"), ("product_mm2", "product_mm2|mm2"), ("SULpeak", "sul_peak|"),
        ("TLG", "total_lesion_glycolysis_ml|"), ("new lesion", "new_lesion"), ("remarks", ""),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_names(header: str, name: str) -> None:
    assert column_name(header) == name


def test_the_issues_own_table(tmp_path: Path) -> None:
    """patient, day, lesion, role, diameter."""
    table = read(tmp_path, "patient,day,lesion,role,diameter\np1,0,L1,target,20.5\np1,42,L1,target,12\n")
    assert [(r.day, r.values, r.role) for r in table.readings] == [
        (0, {LONGEST: 20.5}, LesionRole.TARGET),
        (42, {LONGEST: 12.0}, LesionRole.TARGET),
    ]
    assert [notice.code for notice in table.notices] == ["UNIT_UNKNOWN"]


def test_units_of_headers_are_converted(tmp_path: Path) -> None:
    table = read(tmp_path, "patient,day,lesion,diameter_cm,volume_mm3\np1,0,L1,2.05,3500\n")
    assert table.readings[0].values == {LONGEST: 20.5, Quantity.VOLUME_ML: 3.5}
    assert not table.notices


def test_a_decimal_comma_and_dates(tmp_path: Path) -> None:
    text = "patient;date;lesion;diameter_mm\np1;02.01.2020;L1;20,5\np1;13.02.2020;L1;12,5\np2;2020-02-01;L1;8,5\n"
    found = [(r.patient_id, r.day, r.values[LONGEST]) for r in read(tmp_path, text).readings]
    assert found == [("p1", 0, 20.5), ("p1", 42, 12.5), ("p2", 0, 8.5)]


@pytest.mark.parametrize("row", ["L1,lymph node,,18", "L1,liver,yes,18"])
def test_the_one_size_of_a_node_is_its_short_axis(tmp_path: Path, row: str) -> None:
    table = read(tmp_path, f"patient,day,lesion,organ,node,diameter_mm\np1,0,{row}\n")
    assert table.readings[0].values == {SHORT: 18.0}
    assert table.readings[0].is_node is True


@pytest.mark.parametrize(
    ("cell", "status", "state"),
    [
        ("0", LesionStatus.ABSENT, None),
        ("absent", LesionStatus.ABSENT, None),
        ("too small", LesionStatus.TOO_SMALL, None),
        ("NE", LesionStatus.NOT_EVALUABLE, None),
        ("", LesionStatus.NOT_EVALUABLE, None),
        ("not imaged", LesionStatus.NOT_IMAGED, None),
        ("present", LesionStatus.MEASURED, NonTargetState.PRESENT),
        ("unequivocal progression", LesionStatus.MEASURED, NonTargetState.PROGRESSION),
    ],
)
def test_words_stand_for_what_has_no_size(
    tmp_path: Path, cell: str, status: LesionStatus, state: NonTargetState | None
) -> None:
    table = read(tmp_path, f"patient,day,lesion,role,diameter_mm\np1,0,L1,non-target,{cell}\n")
    assert (table.readings[0].status, table.readings[0].state) == (status, state)
    assert not table.left_out


@pytest.mark.parametrize("cell", ["-3", "12 mm or so", "1/2"])
def test_a_size_that_is_none_is_refused(tmp_path: Path, cell: str) -> None:
    table = read(tmp_path, f"patient,day,lesion,diameter_mm\np1,0,L1,{cell}\n")
    assert table.readings[0].status is LesionStatus.NOT_EVALUABLE
    assert [(row.row, row.status) for row in table.left_out] == [(2, RowStatus.CONFLICTING)]


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ("20,10,200", {LONGEST: 20, SHORT: 10, PRODUCT: 200}),
        ("20,10,215", {LONGEST: 20, SHORT: 10, PRODUCT: 215}),  # 20.49 x 10.49, rounded
        ("20,10,216", {}),
        ("20.0,10.0,202", {LONGEST: 20, SHORT: 10, PRODUCT: 202}),  # 20.04 x 10.04, and 0.5 of the product
        ("20.0,10.0,203", {}),
        ("20,10,2", {}),  # cm² in a column of mm²
        ("10,20,200", {PRODUCT: 200}),
        ("10,10.5,", {LONGEST: 10, SHORT: 10.5}),  # both 10.48
        ("10,10.6,", {}),
        ("14.4,14.4,207.36000000000001", {LONGEST: 14.4, SHORT: 14.4, PRODUCT: 207.36000000000001}),
    ],
)
def test_sizes_that_contradict_each_other_are_refused(
    tmp_path: Path, sizes: str, kept: dict[Quantity, float]
) -> None:
    table = read(tmp_path, f"patient,day,lesion,diameter_mm,short_axis_mm,product_mm2\np1,0,L1,{sizes}\n")
    (found,) = table.readings
    whole = len(kept) == len([cell for cell in sizes.split(",") if cell])
    assert found.values == kept
    assert [(row.row, row.code) for row in table.left_out] == ([] if whole else [(2, "ROW_CONFLICTING")])
    assert found.reason.startswith("ROW_CONFLICTING: a ") is not whole


def test_a_product_in_rows_of_its_own_is_held_against_the_diameters(tmp_path: Path) -> None:
    head = "patient,day,lesion,diameter_mm,short_axis_mm,product_mm2\n"
    table = read(tmp_path, head + "p1,0,L1,20,10,\np1,0,L1,,,999\n")
    assert [(row.row, row.status) for row in table.left_out] == [
        (2, RowStatus.CONFLICTING),
        (3, RowStatus.CONFLICTING),
    ]


@pytest.mark.parametrize(
    ("column", "most", "more"),
    [
        ("diameter_mm", "1000", "1000.1"),
        ("diameter_cm", "100", "2000"),
        ("short_axis_mm", "1000", "1e400"),
        ("product_cm2", "10000", "10001"),
        ("volume_ml", "150000", "1e6"),
        ("volume_mm3", "1500000", "2e8"),
        ("SULpeak", "1000", "1001"),
        ("TLG", "150000", "150001"),
    ],
)
def test_what_is_larger_than_anything_in_a_body_is_refused(
    tmp_path: Path, column: str, most: str, more: str
) -> None:
    table = read(tmp_path, f"patient,day,lesion,{column}\np1,0,L1,{most}\np1,42,L1,{more}\n")
    assert [reading.status for reading in table.readings] == [
        LesionStatus.MEASURED,
        LesionStatus.NOT_EVALUABLE,
    ]
    assert [(row.row, row.status, row.code) for row in table.left_out] == [
        (3, RowStatus.CONFLICTING, "SIZE_IMPLAUSIBLE")
    ]
    assert table.readings[1].reason.startswith("SIZE_IMPLAUSIBLE: ")


def test_the_same_row_of_a_node_counts_once(tmp_path: Path) -> None:
    table = read(tmp_path, "patient,day,lesion,node,diameter_mm\np1,0,N,yes,18\np1,0,N,yes,18\n")
    assert table.readings[0].values == {SHORT: 18.0}
    assert [row.status for row in table.left_out] == [RowStatus.EXCLUDED]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    text = (
        "patient,day,lesion,role,compartment,diameter_mm\n"
        "p1,0,L1,target,,20\np1,0,L1,target,,21\np1,0,L2,main,,9\n,0,L3,,,9\np1,0,,,,9\np1,0,L4,,brain,9\n\n"
    )
    table = read(tmp_path, text)
    assert {row.row: (row.status, row.code) for row in table.rows} == {
        2: (RowStatus.CONFLICTING, "ROW_CONFLICTING"),
        3: (RowStatus.CONFLICTING, "ROW_CONFLICTING"),
        4: (RowStatus.MATCHED, "LABEL_UNKNOWN"),
        5: (RowStatus.EXCLUDED, "VALUE_MISSING"),
        6: (RowStatus.EXCLUDED, "VALUE_MISSING"),
        7: (RowStatus.EXCLUDED, "LABEL_UNKNOWN"),
    }
    assert [(r.lesion, r.role) for r in table.readings] == [("L1", LesionRole.TARGET), ("L2", None)]


def test_a_column_of_new_lesions_needs_no_rows_of_their_own(tmp_path: Path) -> None:
    table = read(
        tmp_path, "patient,visit,day,lesion,diameter_mm,new lesion\np1,a,0,L1,20,no\np1,b,42,L1,20,yes\n"
    )
    assert table.new_lesions == {("p1", "a"): False, ("p1", "b"): True}


def test_compartments_parts_and_merged_lesions(tmp_path: Path) -> None:
    text = (
        "patient,day,lesion,compartment,diameter_mm,part of,merged into\np1,0,a,enhancing,9,b,\np1,0,c,,,,b\n"
    )
    one, other = read(tmp_path, text).readings
    assert (one.compartment, one.part_of, other.merged_into) == (Compartment.ENHANCING, "b", "b")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "patient,lesion,diameter\np1,L1,3\n", "patient,day\np1,0\n"])
def test_a_table_without_its_columns_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CorruptInputError, match="COLUMN_MISSING"):
        read(tmp_path, text)


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorruptInputError, match="two columns are read as 'patient'"):
        read(tmp_path, "patient,USUBJID,day,lesion,diameter\np1,p1,0,L1,3\n")
