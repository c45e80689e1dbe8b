"""Manual reads of every form come into a cohort, matched with its visits and lesions, each accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pydicom
import pytest

from oncometry.core import Code, LesionReading, LesionStatus, Quantity, SettingsError, UnsupportedError
from oncometry.io.clinical import RowStatus
from oncometry.io.lesion_drawing import LesionDrawing, Line
from oncometry.io.markups import write_markups
from oncometry.pipeline import CohortFolder, ReadAccount, ReadsAsked, ReadsOutcome, exchange, import_reads
from oncometry.pipeline.respond import respond
from oncometry.pipeline.settings import ResponseSettings
from oncometry.store.imported_reads import ImportedRead

from ..small_cohort import CENTER, P1, P2, SECOND

LONGEST = Quantity.LONGEST_DIAMETER_MM
HEADER = "patient,visit,date,day,reader,lesion,role,diameter_mm,tracking_uid\n"


@pytest.fixture
def folder(copy: Path) -> CohortFolder:
    return CohortFolder.open(copy)


def bring(
    folder: CohortFolder, *files: Path, cdisc: tuple[Path, Path] | None = None, **said: str
) -> ReadsOutcome:
    with folder.store() as store:
        return import_reads(files, cdisc, store, ReadsAsked(**said))  # type: ignore[arg-type]


def kept(folder: CohortFolder, patient: str = P1) -> tuple[ImportedRead, ...]:
    with folder.store() as store:
        return store.readings(patient)


def uid_of(folder: CohortFolder, lesion: str, patient: str = P1) -> str:
    with folder.store() as store:
        rows = store.table("lesions")
    return str(rows[(rows["patient_id"] == patient) & (rows["lesion"] == lesion)]["tracking_uid"].iloc[0])


def across(center: tuple[float, float, float], length: float = 20.0) -> Line:
    x, y, z = center
    return (x - length / 2, y, z), (x + length / 2, y, z)


def draw(path: Path, lines: dict[str, Line], uids: dict[str, str] | None = None) -> Path:
    drawings = [
        LesionDrawing(
            LesionReading(
                "", "", None, "", name, None, LesionStatus.MEASURED, tracking_uid=(uids or {}).get(name)
            ),
            line,
        )
        for name, line in lines.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_markups(drawings, path)
    return path


def table(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def longest(reading: LesionReading) -> float:
    return reading.values[LONGEST]  # noqa: PD011 -- no data frame


def only(outcome: ReadsOutcome) -> ReadAccount:
    (account,) = outcome.accounts
    return account


def test_what_is_exported_and_edited_comes_back_by_tracking_uid(folder: CohortFolder, tmp_path: Path) -> None:
    with folder.store() as store:
        exchange(folder, store, tmp_path, ["markups", "dicom"])
    files = sorted((tmp_path / "markups").rglob("*.mrk.json"))
    for path in files:
        content = json.loads(path.read_text())
        for markup in content["markups"]:
            if markup["name"] == "L1 long":
                (x, y, z), (a, b, c) = (point["position"] for point in markup["controlPoints"])
                markup["controlPoints"][1]["position"] = [a + (a - x) / 4, b + (b - y) / 4, c + (c - z) / 4]
        path.write_text(json.dumps(content))
    drawn = bring(folder, *files, reader="Dr. A")
    assert drawn.counts["matched by tracking uid"] == drawn.counts["readings"] == drawn.counts["kept"] == 4
    assert {account.timepoint for account in drawn.accounts} == {1, 2}
    with folder.store() as store:
        sizes = store.table("measurements")
    for read in (*kept(folder, P1), *kept(folder, P2)):
        r = read.reading
        here = (sizes["patient_id"] == r.patient_id) & (sizes["timepoint"] == read.timepoint)
        of = sizes[here & (sizes["lesion"] == r.lesion) & (sizes["compartment"] == "whole")]
        grown = 1.25 if r.lesion == "L1" else 1.0
        assert longest(r) == pytest.approx(grown * of["longest_diameter_mm"].iloc[0])
        assert read.lesion_uid == uid_of(folder, r.lesion, r.patient_id)

    reports = sorted((tmp_path / "dicom").rglob("*_sr.dcm"))
    for path in reports:
        dataset = pydicom.dcmread(path)
        for item in dataset.iterall():
            if item.keyword == "FloatingPointValue":
                item.value = 2 * item.value
        dataset.save_as(path)
    reported = bring(folder, *reports, reader="Dr. B")
    assert (
        reported.counts["matched by tracking uid"] == reported.counts["readings"] == reported.counts["kept"]
    )
    for read in kept(folder):
        if read.reading.reader == "Dr. B" and read.reading.compartment == "whole":
            here = (sizes["patient_id"] == P1) & (sizes["timepoint"] == read.timepoint)
            of = sizes[here & (sizes["lesion"] == read.reading.lesion) & (sizes["compartment"] == "whole")]
            assert longest(read.reading) == pytest.approx(2 * of["longest_diameter_mm"].iloc[0])
    assert bring(folder, *reports, reader="Dr. B").added == 0
    assert bring(folder, *files, reader="Dr. A").added == 0


def test_a_newer_file_takes_the_place_of_its_name_and_another_visit_does_not(
    folder: CohortFolder, tmp_path: Path
) -> None:
    said = {"reader": "R1", "patient": P1}
    bring(folder, draw(tmp_path / "a" / "L.mrk.json", {"T1": across(CENTER, 30)}), visit="1", **said)
    bring(folder, draw(tmp_path / "b" / "L.mrk.json", {"T1": across(CENTER, 25)}), visit="2", **said)
    assert [(r.timepoint, longest(r.reading)) for r in kept(folder)] == [(1, 30.0), (2, 25.0)]
    bring(folder, draw(tmp_path / "c" / "L.mrk.json", {"T1": across(CENTER, 28)}), visit="1", **said)
    found = sorted((r.timepoint, longest(r.reading)) for r in kept(folder))
    assert found == [(1, 28.0), (2, 25.0)]


def test_readings_that_a_newer_file_of_the_name_lacks_are_told(folder: CohortFolder, tmp_path: Path) -> None:
    both = (f"{P1},1,2020-01-01,,R1,T1,target,30,", f"{P1},2,2020-03-01,,R1,T1,target,25,")
    assert bring(folder, table(tmp_path / "reads.csv", *both)).files[0].notices == ()
    (file,) = bring(folder, table(tmp_path / "reads.csv", both[0].replace("30", "28"))).files
    (told,) = file.notices
    assert told.code is Code.ROW_EXCLUDED
    assert "1 of whose readings" in told.what
    assert f"{P1} R1 2 T1" in told.what
    assert [longest(read.reading) for read in kept(folder)] == [28.0]


def test_a_line_is_of_the_lesion_it_lies_in_whatever_it_is_called(
    folder: CohortFolder, tmp_path: Path
) -> None:
    far = (CENTER[0] + 25.0, CENTER[1] + 40.0, CENTER[2])
    path = draw(tmp_path / "d.mrk.json", {"L1": across(SECOND), "T7": across(CENTER), "T9": across(far)})
    found = bring(folder, path, reader="R1", patient=P1, visit="2020-03-01")
    by_name = {account.reading.lesion: account for account in found.accounts}
    assert [by_name[n].matched_by for n in ("L1", "T7", "T9")] == ["place", "place", None]
    assert by_name["L1"].lesion != by_name["T7"].lesion
    assert "mm from the middle of its line" in by_name["T9"].detail
    assert (by_name["T9"].status, by_name["T9"].code) == (RowStatus.UNMATCHED, Code.ROW_UNMATCHED)
    assert len(kept(folder)) == 3


def test_lines_of_one_lesion_are_one_lesion_whatever_each_visit_calls_it(
    folder: CohortFolder, tmp_path: Path
) -> None:
    """By their names alone the second would be a new lesion, and progression."""
    for visit, name, length in (("1", "T1", 40.0), ("2", "new line", 20.0)):
        path = draw(tmp_path / f"{visit}.mrk.json", {name: across(CENTER, length)})
        assert only(bring(folder, path, reader="R1", patient=P1, visit=visit)).matched_by == "place"
    with folder.store() as store:
        assert respond(store, ResponseSettings(), ["recist-1.1"], [P1]).failures == []
        rows = store.table("responses")
    own = rows[(rows["reader"] == "R1") & (rows["criteria"] == "recist-1.1") & (rows["scope"] == "overall")]
    assert list(own["category"]) == ["NONE", "PR"]


def test_two_lines_in_one_lesion_are_neither(folder: CohortFolder, tmp_path: Path) -> None:
    x, y, z = CENTER
    path = draw(tmp_path / "d.mrk.json", {"A": across((x - 4, y, z)), "B": across((x + 4, y, z))})
    found = bring(folder, path, reader="R1", patient=P1, visit="1")
    assert [account.status for account in found.accounts] == [RowStatus.CONFLICTING] * 2
    assert found.conflicting
    assert [read.lesion_uid for read in kept(folder)] == [None, None]


def test_a_copied_line_is_not_of_the_lesion_it_was_copied_from(folder: CohortFolder, tmp_path: Path) -> None:
    uid = uid_of(folder, "L1")
    path = draw(tmp_path / "d.mrk.json", {"N": across(SECOND)}, {"N": uid})
    found = only(bring(folder, path, reader="R1", visit="2"))
    assert (found.status, found.code, found.kept) == (RowStatus.CONFLICTING, Code.ROW_CONFLICTING, True)
    assert "tracking uid is that of L1, but its line lies in L2" in found.detail
    theirs = draw(tmp_path / "e.mrk.json", {"M": across(CENTER)}, {"M": uid_of(folder, "L1", P2)})
    other = only(bring(folder, theirs, reader="R1", patient=P1, visit="2"))
    assert (other.status, other.code) == (RowStatus.CONFLICTING, Code.PATIENT_CONFLICT)


@pytest.mark.parametrize(
    ("said", "asked", "by"),
    [("L1", {"names_are_ledger": True}, "name"), ("L1", {}, None), ("T01", {"names_are_ledger": True}, None)],
)
def test_names_are_those_of_the_ledger_where_a_person_says_so(
    folder: CohortFolder, tmp_path: Path, said: str, asked: dict[str, str], by: str | None
) -> None:
    path = table(tmp_path / "reads.csv", f"{P1},02,,,R1,{said},target,20,")
    found = only(bring(folder, path, **asked))
    assert (found.matched_by, found.kept, found.timepoint) == (by, True, 2)
    assert [read.matched_by for read in kept(folder)] == [by]


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ("01,,", 1),
        ("2,,", 2),
        ("BASELINE,2020-01-01,", 1),
        ("1,2020-03-01,", 2),
        (",,60", 2),
        ("week 9,,60", 2),
        ("week 9,,", None),
        ("02,2020-04-01,", None),
        (",,2", None),
    ],
)
def test_visits_by_date_day_label_or_number_exactly(
    folder: CohortFolder, tmp_path: Path, cells: str, number: int | None
) -> None:
    path = table(tmp_path / "reads.csv", f"{P1},{cells},R1,L1,target,20,{uid_of(folder, 'L1')}")
    found = only(bring(folder, path))
    assert (found.timepoint, found.matched_by, found.kept) == (number, "tracking uid", True)
    assert ("kept as the reader's own" in found.detail) == (number is None)
    assert [read.timepoint for read in kept(folder)] == [number]


def test_who_is_not_in_the_cohort_is_told_and_not_kept(folder: CohortFolder, tmp_path: Path) -> None:
    path = table(
        tmp_path / "reads.csv",
        "0003,01,,,R1,L1,target,20,",
        "2,01,,,R1,L1,target,20,",
        f"{P1},01,,,Oncometry,L1,target,20,",
        f"{P1},01,,,R1,L1,target,wide,",
    )
    found = bring(folder, path)
    assert sum(found.counts[name] for name in ("unmatched", "conflicting", "excluded")) == 4
    assert found.counts["kept"] == 2
    told = {account.reading.patient_id: account for account in found.accounts if not account.kept}
    assert told["0003"].detail.startswith("no scan of a patient '0003'")
    assert told[P1].code is Code.ROW_EXCLUDED
    assert [read.reading.patient_id for read in kept(folder, P2)] == [P2]
    assert found.conflicting
    assert [row.detail for row in found.rows] == ["'wide mm' is no longest_diameter_mm"]


def test_nobody_read_and_nobodys_lesions_are_refused(folder: CohortFolder, tmp_path: Path) -> None:
    nameless = table(tmp_path / "reads.csv", f"{P1},01,,,,L1,target,20,")
    with pytest.raises(SettingsError, match="1 of 1 readings name no reader"):
        bring(folder, nameless)
    with pytest.raises(SettingsError, match="this program"):
        bring(folder, nameless, reader="Oncometry")
    with pytest.raises(SettingsError, match="are for markups"):
        bring(folder, nameless, reader="R1", visit="1")
    drawn = draw(tmp_path / "L.mrk.json", {"T1": across(CENTER)})
    for lacking, said in (("whose", {"visit": "1"}), ("of which visit", {"patient": P1})):
        with pytest.raises(SettingsError, match=lacking):
            bring(folder, drawn, reader="R1", **said)
    with pytest.raises(SettingsError, match="no such patient"):
        bring(folder, drawn, reader="R1", visit="1", patient="P1")
    again = draw(tmp_path / "b" / "L.mrk.json", {"T1": across(CENTER)})
    with pytest.raises(SettingsError, match="two files of this name"):
        bring(folder, drawn, again, reader="R1", patient=P1, visit="1")
    assert kept(folder) == ()


def test_what_another_file_says_is_not_said_twice(folder: CohortFolder, tmp_path: Path) -> None:
    uid = uid_of(folder, "L1")
    row = f"{P1},01,,,R1,{{}},target,{{}},{uid}"
    bring(folder, table(tmp_path / "one.csv", row.format("T1", 20)))
    same = only(bring(folder, table(tmp_path / "two.csv", row.format("A", 20))))
    assert (same.status, same.kept) == (RowStatus.EXCLUDED, False)
    other = bring(folder, table(tmp_path / "three.csv", row.format("A", 21)))
    assert (only(other).status, only(other).kept) == (RowStatus.CONFLICTING, False)
    assert only(other).detail.startswith("one.csv has a reading")
    assert other.conflicting
    bring(folder, table(tmp_path / "one.csv", row.format("T1", 22)))
    assert [longest(read.reading) for read in kept(folder)] == [22.0]


TU = "USUBJID,TULNKID,TUTESTCD,TUSTRESC,TULOC,TUEVAL,TUEVALID,TUACPTFL,VISIT,TUDTC\n"
TR = "USUBJID,TRLNKID,TRTESTCD,TRSTRESN,TRSTRESU,TREVAL,TREVALID,TRACPTFL,VISIT,TRDTC\n"


def test_two_readers_and_an_adjudicator_with_what_was_accepted(folder: CohortFolder, tmp_path: Path) -> None:
    readers = {"RADIOLOGIST 1": ("N", "N"), "RADIOLOGIST 2": ("Y", "N"), "ADJUDICATOR": ("N", "Y")}
    visits = (("BASELINE", "2020-01-01"), ("WEEK 9", "2020-03-01"))
    identified, results = [], []
    for size, (who, flags) in enumerate(readers.items(), start=30):
        identified.append(
            f"{P1},T01,TUMIDENT,TARGET,BRAIN,INDEPENDENT ASSESSOR,{who},{flags[0]},BASELINE,2020-01-01"
        )
        for (visit, day), flag in zip(visits, flags, strict=True):
            results.append(f"{P1},T01,LDIAM,{size},mm,INDEPENDENT ASSESSOR,{who},{flag},{visit},{day}")
    tu = table(tmp_path / "tu.csv", *identified, header=TU)
    tr = table(tmp_path / "tr.csv", *results, header=TR)
    found = bring(folder, cdisc=(tu, tr))
    assert (found.counts["readings"], found.counts["kept"], found.counts["unmatched"]) == (6, 6, 6)
    accepted = {
        (r.reading.reader, r.timepoint)
        for r in kept(folder)
        if r.reading.accepted and r.reading.organ == "BRAIN"
    }
    assert accepted == {("RADIOLOGIST 2", 1), ("ADJUDICATOR", 2)}
    assert bring(folder, cdisc=(tu, tr)).added == 0
    with pytest.raises(UnsupportedError, match="--tu TU --tr TR"):
        bring(folder, tr)


def test_the_form_is_told_by_content(folder: CohortFolder, tmp_path: Path) -> None:
    drawn = draw(tmp_path / "drawn.mrk.json", {"T1": across(CENTER)}).rename(tmp_path / "drawn.csv")
    text = table(tmp_path / "reads.csv", f"{P1},01,,,R1,L1,target,20,")
    pd.read_csv(text, dtype=str).to_excel(tmp_path / "book.xlsx", index=False)
    book = (tmp_path / "book.xlsx").rename(tmp_path / "book.json")
    found = bring(folder, drawn, reader="R2", patient=P1, visit="1")
    assert [file.form for file in found.files] == ["markups"]
    assert [file.form for file in bring(folder, text, book).files] == ["table", "table"]
