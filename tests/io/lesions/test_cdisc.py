"""CDISC's TU, TR and RS: read, every row accounted for, written back."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from oncometry.core import (
    Compartment,
    CorruptInputError,
    LesionReading,
    LesionRole,
    LesionStatus,
    NonTargetState,
    NothingFoundError,
    Quantity,
)
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions import CdiscStudy, LesionTable, ReportedResponse, read_cdisc, write_cdisc
from oncometry.response import criterion_named, timelines

LONGEST, SHORT = Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM
TU = {
    "USUBJID": "p1",
    "TULNKID": "T01",
    "TUSTRESC": "TARGET",
    "TULOC": "LIVER",
    "VISIT": "V1",
    "VISITNUM": "1",
}
TR = {
    "USUBJID": "p1", "TRLNKID": "T01", "TRTESTCD": "LDIAM", "TRSTRESC": "21", "TRSTRESN": "21", "TRSTRESU": "mm",
    "VISIT": "V1", "VISITNUM": "1", "TRDTC": "2020-01-01", "TRSTAT": "", "TRREASND": "", "TREVAL": "", "TREVALID": "",
    "TRACPTFL": "", "TRGRPID": "", "TRORRES": "",
}  # fmt: skip
Row = Mapping[str, str]


def read(folder: Path, tu: list[Row], tr: list[Row], rs: list[Row] | None = None) -> LesionTable:
    paths = []
    for name, rows in (("tu", tu), ("tr", tr), ("rs", rs or [])):
        paths.append(folder / f"{name}.csv")
        with paths[-1].open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]) if rows else ["USUBJID"])
            writer.writeheader()
            writer.writerows(rows)
    return read_cdisc(paths[0], paths[1], paths[2] if rs else None)


def test_a_lesion_is_put_together_from_its_rows(tmp_path: Path) -> None:
    tr = [TR, {**TR, "TRTESTCD": "LPERP", "TRSTRESN": "1.2", "TRSTRESU": "cm"}]
    (reading,) = read(tmp_path, [TU], tr).readings
    assert reading.values == {LONGEST: 21.0, SHORT: 12.0}
    assert (reading.role, reading.organ, reading.is_node, reading.day) == (
        LesionRole.TARGET,
        "LIVER",
        False,
        0,
    )
    assert reading.sources == ("tr.csv:2", "tr.csv:3")


def test_readers_are_kept_apart_and_the_accepted_one_is_told(tmp_path: Path) -> None:
    tr = [
        {**TR, "TREVAL": "INDEPENDENT ASSESSOR", "TREVALID": "R1", "TRACPTFL": "Y"},
        {**TR, "TREVAL": "INDEPENDENT ASSESSOR", "TREVALID": "R2", "TRSTRESN": "25"},
        {**TR, "TREVAL": "INVESTIGATOR", "TRSTRESN": "30"},
    ]
    found = {r.reader: (r.values[LONGEST], r.accepted) for r in read(tmp_path, [TU], tr).readings}
    assert found == {"R1": (21.0, True), "R2": (25.0, None), "INVESTIGATOR": (30.0, None)}


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"TRSTRESN": "0", "TRSTRESC": "0"}, LesionStatus.ABSENT),
        ({"TRSTRESN": "", "TRSTRESC": "TOO SMALL TO MEASURE"}, LesionStatus.TOO_SMALL),
        (
            {"TRSTRESN": "", "TRSTRESC": "", "TRSTAT": "NOT DONE", "TRREASND": "no contrast"},
            LesionStatus.NOT_EVALUABLE,
        ),
        ({"TRSTRESN": "", "TRSTRESC": "NE"}, LesionStatus.NOT_EVALUABLE),
        ({"TRTESTCD": "TUMSTATE", "TRSTRESN": "", "TRSTRESC": "ABSENT"}, LesionStatus.ABSENT),
        ({"TRTESTCD": "TUMSTATE", "TRSTRESN": "", "TRSTRESC": "PRESENT"}, LesionStatus.MEASURED),
    ],
)
def test_what_is_no_number_has_its_status(tmp_path: Path, cells: Row, status: LesionStatus) -> None:
    table = read(tmp_path, [TU], [{**TR, **cells}])
    assert table.readings[0].status is status
    assert not table.left_out


NODE_TU = {**TU, "TULOC": "LYMPH NODE"}
NODE_STATE = {**TR, "TRTESTCD": "LNSTATE", "TRSTRESC": "PATHOLOGICAL", "TRSTRESN": "", "TRSTRESU": ""}


def test_the_diameter_of_a_node_is_its_short_axis(tmp_path: Path) -> None:
    """CDISC's supplement for RECIST 1.1: DIAMETER is told by the location; LDIAM and LPERP say it themselves."""
    diameter = {**TR, "TRTESTCD": "DIAMETER"}
    assert read(tmp_path, [NODE_TU], [diameter]).readings[0].values == {SHORT: 21.0}
    assert read(tmp_path, [TU], [diameter]).readings[0].values == {LONGEST: 21.0}
    assert read(tmp_path, [NODE_TU], [TR]).readings[0].values == {LONGEST: 21.0}


@pytest.mark.parametrize(
    ("said", "state", "status"),
    [
        ("PATHOLOGICAL", NonTargetState.PRESENT, LesionStatus.MEASURED),
        ("NON-PATHOLOGICAL", NonTargetState.ABSENT, LesionStatus.ABSENT),
        ("NONPATHOLOGICAL", NonTargetState.ABSENT, LesionStatus.ABSENT),
        ("UNEQUIVOCAL PROGRESSION", NonTargetState.PROGRESSION, LesionStatus.MEASURED),
    ],
)
def test_the_state_of_a_node_is_read(
    tmp_path: Path, said: str, state: NonTargetState, status: LesionStatus
) -> None:
    table = read(tmp_path, [NODE_TU], [{**NODE_STATE, "TRSTRESC": said}])
    assert (table.readings[0].state, table.readings[0].status) == (state, status)
    assert not table.left_out


@pytest.mark.parametrize(
    "state",
    [{"TRSTRESC": "NONPATHOLOGICAL"}, {"TRSTRESC": "", "TRSTAT": "NOT DONE", "TRREASND": "not asked"}],
)
def test_the_size_of_a_node_outranks_its_state(tmp_path: Path, state: Row) -> None:
    """A node of 8 mm is no disease any more and still counts in the sum."""
    size = {**TR, "TRTESTCD": "LPERP", "TRSTRESN": "8"}
    (found,) = read(tmp_path, [NODE_TU], [{**NODE_STATE, **state}, size]).readings
    assert (found.values, found.status, found.state) == ({SHORT: 8.0}, LesionStatus.MEASURED, None)


def test_too_small_with_the_size_that_it_counts(tmp_path: Path) -> None:
    cells = {"TRORRES": "TOO SMALL TO MEASURE", "TRSTRESC": "5", "TRSTRESN": "5"}
    (found,) = read(tmp_path, [TU], [{**TR, **cells}]).readings
    assert (found.status, found.values) == (LesionStatus.TOO_SMALL, {LONGEST: 5.0})


def test_a_table_for_rano_gives_products_by_either_way(tmp_path: Path) -> None:
    across = {**TR, "TRTESTCD": "LPERP", "TRSTRESN": "10"}
    product = {**TR, "TRTESTCD": "PRODUCT", "TRSTRESN": "2.1", "TRSTRESU": "cm2"}
    for rows in ([TR, across], [product], [TR, across, product]):
        (timeline,) = timelines(read(tmp_path, [TU], rows).readings, criterion_named("rano-hgg").limits)
        reading = timeline.lesions[0].readings[0]
        assert reading is not None
        assert reading.values[Quantity.PRODUCT_MM2] == pytest.approx(210)


@pytest.mark.parametrize(
    "cells",
    [{"TRSTRESN": "-3"}, {"TRSTRESU": "kg"}, {"TRSTRESU": ""}, {"TRSTRESN": "", "TRSTRESC": "about 20"}],
)
def test_a_number_that_cannot_be_trusted_is_not_used(tmp_path: Path, cells: Row) -> None:
    table = read(tmp_path, [TU], [{**TR, **cells}])
    assert table.readings[0].status is LesionStatus.NOT_EVALUABLE
    assert [(row.file, row.status) for row in table.left_out] == [("tr.csv", RowStatus.CONFLICTING)]


def test_two_rows_that_differ_are_both_refused(tmp_path: Path) -> None:
    table = read(tmp_path, [TU], [TR, {**TR, "TRSTRESN": "22"}])
    assert table.readings[0].status is LesionStatus.NOT_EVALUABLE
    assert {row.row for row in table.left_out} == {2, 3}


def test_a_product_that_is_not_that_of_its_diameters_is_refused_with_them(tmp_path: Path) -> None:
    perpendicular = {**TR, "TRTESTCD": "LPERP", "TRSTRESC": "10", "TRSTRESN": "10"}
    product = {**TR, "TRTESTCD": "PRODUCT", "TRSTRESC": "210", "TRSTRESN": "210", "TRSTRESU": "mm2"}
    table = read(tmp_path, [TU], [TR, perpendicular, product])
    assert table.readings[0].values[Quantity.PRODUCT_MM2] == 210
    table = read(tmp_path, [TU], [TR, perpendicular, {**product, "TRSTRESN": "300"}])
    assert table.readings[0].status is LesionStatus.NOT_EVALUABLE
    assert [(row.row, row.code) for row in table.left_out] == [(n, "ROW_CONFLICTING") for n in (2, 3, 4)]


@pytest.mark.parametrize("cells", [{"TRSTRESN": "2000"}, {"TRSTRESN": "150", "TRSTRESU": "cm"}])
def test_what_is_larger_than_anything_in_a_body_is_refused(tmp_path: Path, cells: Row) -> None:
    table = read(tmp_path, [TU], [{**TR, **cells}])
    assert table.readings[0].status is LesionStatus.NOT_EVALUABLE
    assert [(row.row, row.code) for row in table.left_out] == [(2, "SIZE_IMPLAUSIBLE")]


def test_a_row_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    table = read(tmp_path, [TU], [TR, TR])
    assert table.readings[0].values == {LONGEST: 21.0}
    assert [row.status for row in table.left_out] == [RowStatus.EXCLUDED]


READERS = [{**TR, "TREVALID": name, "TREVAL": "INDEPENDENT ASSESSOR"} for name in ("R1", "R2")]
RS = {
    "USUBJID": "p1", "RSTESTCD": "OVRLRESP", "RSSTRESC": "SD", "VISIT": "V1", "RSEVALID": "R2", "RSACPTFL": "Y",
}  # fmt: skip


def accepted(table: LesionTable) -> dict[str, bool | None]:
    return {reading.reader: reading.accepted for reading in table.readings}


def test_one_flag_holds_for_the_lesion_at_that_visit(tmp_path: Path) -> None:
    across = {**TR, "TRTESTCD": "LPERP", "TRSTRESN": "12"}
    for rows in ([{**TR, "TRACPTFL": "Y"}, across], [TR, {**across, "TRACPTFL": "Y"}]):
        assert read(tmp_path, [TU], rows).readings[0].accepted is True
    table = read(tmp_path, [TU], [{**TR, "TRACPTFL": "Y"}, {**across, "TRACPTFL": "N"}])
    assert table.readings[0].accepted is True
    assert [row.code for row in table.rows if row.file == "tr.csv"] == [None, "ROW_CONFLICTING"]


def test_an_adjudicators_word_on_responses_or_identification_counts_where_results_say_nothing(
    tmp_path: Path,
) -> None:
    identified = [{**TU, "TUEVALID": "R1", "TUACPTFL": "Y"}, {**TU, "TUEVALID": "R2", "TUACPTFL": ""}]
    assert accepted(read(tmp_path, identified, READERS)) == {"R1": True, "R2": None}
    assert accepted(read(tmp_path, identified, READERS, [RS])) == {"R1": None, "R2": True}
    assert read(tmp_path, identified, READERS, [RS]).responses[0].accepted is True
    flagged = [{**READERS[0], "TRACPTFL": "Y"}, READERS[1]]
    assert accepted(read(tmp_path, identified, flagged, [RS])) == {"R1": True, "R2": None}
    other_visit = {**RS, "VISIT": "V2"}
    assert accepted(read(tmp_path, identified, READERS, [other_visit])) == {"R1": None, "R2": None}


PARTS = [
    {**TR, "TRLNKID": name, "VISIT": "V2", "VISITNUM": "2", "TRDTC": "2020-02-01"}
    for name in ("T01a", "T01b")
]


def parts_of(table: LesionTable) -> dict[str, str | None]:
    return {reading.lesion: reading.part_of for reading in table.readings}


@pytest.mark.parametrize(
    "group",
    [{"TUGRPID": "T01"}, {"TULNKGRP": "T01"}, {"TULNKGRP": "A2"}, {"TUGRPID": "A2", "TULNKGRP": "T01"}],
)
def test_a_split_lesion_is_told_by_its_group_and_else_by_its_name(tmp_path: Path, group: Row) -> None:
    """TULNKGRP may as well link to a response ('A2')."""
    empty = {"TUTESTCD": "", "TUGRPID": "", "TULNKGRP": ""}
    split = [
        {**TU, **empty, "TULNKID": name, "TUTESTCD": "TUSPLIT", "TUSTRESC": "", **group}
        for name in ("T01a", "T01b")
    ]
    table = read(tmp_path, [{**TU, **empty}, *split], [TR, *PARTS])
    assert parts_of(table) == {"T01": None, "T01a": "T01", "T01b": "T01"}
    assert not table.left_out


def test_a_split_row_that_names_no_lesion_is_told(tmp_path: Path) -> None:
    split = {**TU, "TULNKID": "T09", "TUTESTCD": "TUSPLIT", "TUGRPID": "elsewhere"}
    part = {**PARTS[0], "TRLNKID": "T09"}
    table = read(tmp_path, [{**TU, "TUTESTCD": "", "TUGRPID": ""}, split], [TR, part])
    assert parts_of(table) == {"T01": None, "T09": None}
    assert [(row.row, row.code) for row in table.left_out] == [(3, "VALUE_MISSING")]


@pytest.mark.parametrize(
    "names", [("T01a", "T01b"), ("T01.1", "T01.2"), ("T01-1", "T01-2"), ("T01_1", "T01_2")]
)
def test_parts_that_only_their_names_call_so_are_taken_and_announced(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    parts = [{**PARTS[0], "TRLNKID": name, "TRSTRESN": "9"} for name in names]
    table = read(tmp_path, [TU, *({**TU, "TULNKID": name} for name in names)], [TR, *parts])
    assert parts_of(table) == {"T01": None, names[0]: "T01", names[1]: "T01"}
    assert [(notice.code, notice.what.split(",")[0]) for notice in table.notices] == [("SPLIT", names[0])]
    (timeline,) = timelines(table.readings, criterion_named("recist-1.1").limits)
    assert [lesion.name for lesion in timeline.lesions] == ["T01"]
    assert [r.values[LONGEST] for r in timeline.lesions[0].readings if r is not None] == [21.0, 18.0]


def test_a_lesion_read_beside_the_one_it_is_named_after_is_one_of_its_own(tmp_path: Path) -> None:
    tu = [TU, {**TU, "TULNKID": "T01a"}, {**TU, "TULNKID": "T1"}, {**TU, "TULNKID": "T11"}]
    beside = [TR, *({**TR, "TRLNKID": name} for name in ("T01a", "T1", "T11"))]
    assert set(parts_of(read(tmp_path, tu, beside)).values()) == {None}
    new = [TU, {**TU, "TULNKID": "T01a", "TUSTRESC": "NEW"}]
    assert parts_of(read(tmp_path, new, [TR, PARTS[0]])) == {"T01": None, "T01a": None}


def test_a_merged_lesion_is_told_by_its_group(tmp_path: Path) -> None:
    first = {**TU, "TUTESTCD": "", "TUGRPID": ""}
    merged = {**TU, "TULNKID": "T02", "TUTESTCD": "TUMERGE", "TUGRPID": "T01", "VISIT": "V2", "VISITNUM": "2"}
    table = read(tmp_path, [first, {**first, "TULNKID": "T02"}, merged], [TR, {**TR, "TRLNKID": "T02"}])
    assert {(r.lesion, r.timepoint): r.merged_into for r in table.readings if r.merged_into} == {
        ("T02", "V2"): "T01"
    }
    nowhere = read(tmp_path, [first, {**merged, "TUGRPID": "T09"}], [TR])
    assert [(row.row, row.code) for row in nowhere.left_out] == [(3, "VALUE_MISSING")]


def test_a_date_that_is_not_full_gives_no_day(tmp_path: Path) -> None:
    tr = [
        TR,
        {**TR, "VISIT": "V2", "VISITNUM": "2", "TRDTC": "2020-02"},
        {**TR, "VISIT": "V3", "TRDTC": "2020-03-01"},
    ]
    table = read(tmp_path, [TU], tr)
    assert {r.timepoint: r.day for r in table.readings} == {"V1": 0, "V2": None, "V3": 60}
    assert [row.code for row in table.rows if row.row == 3] == ["DATE_MISSING"]


def test_a_new_lesion_without_results_is_there(tmp_path: Path) -> None:
    new = {**TU, "TULNKID": "N01", "TUSTRESC": "NEW", "VISIT": "V2", "VISITNUM": "2"}
    table = read(tmp_path, [TU, new], [TR])
    found = next(r for r in table.readings if r.lesion == "N01")
    assert (found.role, found.status, found.timepoint) == (LesionRole.NEW, LesionStatus.MEASURED, "V2")


def test_rows_that_belong_to_nothing_are_told(tmp_path: Path) -> None:
    tu = [TU, {**TU, "TULNKID": "T02"}, {**TU, "TULNKID": "T03", "TUSTRESC": "MAYBE"}]
    tr = [TR, {**TR, "TRTESTCD": "SUMDIAM"}, {**TR, "TRLNKID": "T09"}, {**TR, "USUBJID": ""}]
    table = read(tmp_path, tu, tr)
    told = {(row.file, row.row): (row.status, row.code) for row in table.rows if row.code}
    assert told == {
        ("tu.csv", 3): (RowStatus.UNMATCHED, "ROW_UNMATCHED"),
        ("tu.csv", 4): (RowStatus.EXCLUDED, "ROW_EXCLUDED"),
        ("tr.csv", 3): (RowStatus.EXCLUDED, "ROW_EXCLUDED"),
        ("tr.csv", 4): (RowStatus.MATCHED, "REFERENCE_MISSING"),
        ("tr.csv", 5): (RowStatus.EXCLUDED, "VALUE_MISSING"),
    }
    assert len(table.rows) == 7


def test_two_roles_of_one_lesion_conflict(tmp_path: Path) -> None:
    table = read(tmp_path, [TU, {**TU, "TUSTRESC": "NON-TARGET"}], [TR])
    assert [row.status for row in table.left_out] == [RowStatus.CONFLICTING]


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorruptInputError, match=r"COLUMN_MISSING.*TULNKID"):
        read(tmp_path, [{"USUBJID": "p1", "VISIT": "V1"}], [TR])
    with pytest.raises(NothingFoundError):
        read_cdisc(tmp_path / "nowhere.csv", tmp_path / "tr.csv")


def made(lesion: str, visit: int, **said: object) -> LesionReading:
    empty = LesionReading(
        "p1", f"V{visit}", 42 * visit, "R1", lesion, LesionRole.TARGET, LesionStatus.MEASURED, organ="LIVER",
        is_node=False, visit_number=float(visit), accepted=True,
    )  # fmt: skip
    return replace(empty, **said)  # type: ignore[arg-type]


NODE = {"organ": "LYMPH NODE", "is_node": True}
OTHER = {"role": LesionRole.NON_TARGET}
READINGS = [
    made("T01", 0, values={LONGEST: 20.1, SHORT: 11.0}),
    made("T01", 1, status=LesionStatus.ABSENT),
    made("T02", 0, values={SHORT: 18.25}, **NODE),
    made("T02", 1, status=LesionStatus.TOO_SMALL, reason="TOO SMALL TO MEASURE", **NODE),
    made("T06", 0, values={LONGEST: 12.0}),
    made("T06", 1, status=LesionStatus.TOO_SMALL, reason="TOO SMALL TO MEASURE", values={LONGEST: 5.0}),
    made("T03", 0, values={Quantity.VOLUME_ML: 3.5, Quantity.PRODUCT_MM2: 99.0}),
    made("T03", 1, status=LesionStatus.NOT_EVALUABLE, reason="artifact"),
    made("T04", 0, values={LONGEST: 30.0}),
    made("T04a", 1, values={LONGEST: 12.0}, part_of="T04"),
    made("T04b", 1, values={LONGEST: 9.5}, part_of="T04"),
    made("T05", 0, values={LONGEST: 15.0}),
    made("T05", 1, status=LesionStatus.NOT_EVALUABLE, reason="VALUE_MISSING: no value", merged_into="T01"),
    made("NT01", 0, state=NonTargetState.PRESENT, **OTHER),
    made("NT01", 1, state=NonTargetState.PROGRESSION, **OTHER),
    made("NT02", 0, state=NonTargetState.PRESENT, **OTHER),
    made("NT02", 1, state=NonTargetState.ABSENT, status=LesionStatus.ABSENT, **OTHER),
    made("N01", 1, values={LONGEST: 7.0}, role=LesionRole.NEW),
    made("T01", 0, values={LONGEST: 22.0}, reader="INVESTIGATOR", accepted=None),
]
RESPONSES = [
    ReportedResponse("p1", "V1", 42, "R1", "OVRLRESP", "PD", "RECIST 1.1", True, 1.0),
    ReportedResponse("p1", "V1", 42, "R1", "TRGRESP", "NE", "RECIST 1.1", True, 1.0),
]


@pytest.mark.parametrize("dates", [{}, {"p1": date(2020, 1, 1)}], ids=["study days", "dates"])
def test_what_is_written_reads_back(tmp_path: Path, dates: Mapping[str, date]) -> None:
    written, losses = write_cdisc(tmp_path, READINGS, RESPONSES, CdiscStudy("S1", dates))
    table = read_cdisc(*(tmp_path / name for name in written))
    assert not losses
    assert not table.left_out
    key = lambda r: (r.reader, r.lesion, r.timepoint)  # noqa: E731
    back = sorted((replace(r, sources=()) for r in table.readings), key=key)
    assert [vars(r) for r in back] == [vars(r) for r in sorted(READINGS, key=key)]
    assert [replace(r, source="") for r in table.responses] == RESPONSES


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    rich = made(
        "T01", 0, values={LONGEST: 20.0}, standard_errors={LONGEST: 1.0}, tracking_uid="1.2", slice_thickness_mm=5.0,
        compartment=Compartment.ENHANCING, reason="seen well",
    )  # fmt: skip
    _, losses = write_cdisc(tmp_path, [rich], [], CdiscStudy("S1", {}))
    told = " ".join(notice.what for notice in losses)
    assert all(word in told for word in ("standard errors", "tracking", "slice", "compartments", "reasons"))


@pytest.mark.skipif("ONCOMETRY_DATA" not in os.environ, reason="needs the CDISC tables of ONCOMETRY_DATA")
def test_the_published_tables_read_whole() -> None:
    folder = Path(os.environ["ONCOMETRY_DATA"]) / "tables" / "cdisc_recist"
    table = read_cdisc(*(folder / f"{domain}_onco_recist.csv" for domain in ("tu", "tr", "rs")))
    assert (len(table.readings), len(table.responses), table.left_out) == (273, 66, ())
    assert {reading.reader for reading in table.readings} == {
        "INVESTIGATOR",
        "RADIOLOGIST 1",
        "RADIOLOGIST 2",
    }
