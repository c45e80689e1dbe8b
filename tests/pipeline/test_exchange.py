"""Followed lesions go out as DICOM, BIDS and markups with the tracking UIDs of the store, and are read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pydicom
import pytest
from tests.dicom_peers import dicom_errors

from oncometry.core import LesionRole, UnsupportedError
from oncometry.io import read_mask_file
from oncometry.io.markups import MarkupsContext, read_markups
from oncometry.io.read_sr import read_sr
from oncometry.pipeline import EXCHANGE_FORMATS, CohortFolder, Exchanged, ReadsAsked, Settings, exchange
from oncometry.pipeline import import_reads as bring
from oncometry.pipeline.exchange_reads import unwritten, visit_reads
from oncometry.pipeline.lesion_visits import lesion_visits

from ..small_cohort import P1
from .deciding import import_reads, read

FORMATS = ("bids", "dicom", "markups")


@pytest.fixture(scope="module")
def exported(undisturbed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Exchanged, Path]:
    output = tmp_path_factory.mktemp("exported")
    folder = CohortFolder.open(undisturbed)
    with folder.store() as store:
        return exchange(folder, store, output, FORMATS), output


@pytest.fixture(scope="module")
def tables(undisturbed: Path) -> dict[str, pd.DataFrame]:
    with CohortFolder.open(undisturbed).store() as store:
        return {name: store.table(name) for name in ("lesions", "measurements")}


def _named(exported: tuple[Exchanged, Path], ending: str) -> list[Path]:
    return sorted(path for path in exported[0].files if path.name.endswith(ending))


def test_each_mask_with_a_lesion_is_written(exported: tuple[Exchanged, Path]) -> None:
    """P1 by SEG and RTSTRUCT, P2 by a label map on DICOM images; P2's second mask has no lesion."""
    assert exported[0].notices == ()
    for ending in ("_seg.dcm", "_rtstruct.dcm", "_sr.dcm", "_dseg.tsv", ".mrk.json"):
        assert len(_named(exported, ending)) == 3, ending
    assert all(path.is_file() for path in exported[0].files)


def test_without_dicom_images_there_is_no_dicom(undisturbed: Path, tmp_path: Path) -> None:
    with CohortFolder.open(undisturbed).store() as store:
        visit = next(lesion_visits(undisturbed, store, Settings()))()
    with pytest.raises(UnsupportedError, match="--to bids"):
        list(EXCHANGE_FORMATS["dicom"](replace(visit, series=None), tmp_path))


def test_uids_of_the_store_in_every_format(
    exported: tuple[Exchanged, Path], tables: dict[str, pd.DataFrame]
) -> None:
    lesions = tables["lesions"]
    kept = set(lesions["tracking_uid"])
    segs = [read_mask_file(path) for path in _named(exported, "_seg.dcm")]
    assert {s.tracking_uid for seg in segs for s in seg} == kept
    reports = [read_sr(path) for path in _named(exported, "_sr.dcm")]
    assert {d.reading.tracking_uid for r in reports for d in r.drawings} == kept
    structures = [read_mask_file(path) for path in _named(exported, "_rtstruct.dcm")]
    assert {s.tracking_uid for found in structures for s in found} == kept
    maps = [read_mask_file(path) for path in _named(exported, "_dseg.nii.gz")]
    assert {s.tracking_uid for found in maps for s in found} == kept
    context = MarkupsContext("", "")
    drawn = [d for path in _named(exported, ".mrk.json") for d in read_markups(path, context).drawings]
    assert {d.reading.tracking_uid for d in drawn} == kept


def test_report_says_what_the_store_says(
    exported: tuple[Exchanged, Path], tables: dict[str, pd.DataFrame]
) -> None:
    rows = tables["measurements"]
    found = {}
    for path in _named(exported, "_sr.dcm"):
        read = read_sr(path)
        assert read.notices == ()
        seg = {s.number: s for s in read_mask_file(path.with_name(path.name.replace("_sr", "_seg")))}
        for drawing in read.drawings:
            reading = drawing.reading
            found[reading.patient_id, reading.lesion, reading.timepoint, reading.compartment.value] = reading
            if drawing.segment_number is not None:
                segment = seg[drawing.segment_number]
                assert (segment.tracking_uid, segment.tracking_id) == (reading.tracking_uid, reading.lesion)
    assert len(found) == len(rows)
    for row in rows.to_dict("records"):
        reading = found[row["patient_id"], row["lesion"], str(row["timepoint"]), row["compartment"]]
        for name, value in reading.values.items():  # noqa: PD011 -- no data frame
            assert value == row[name.value]


def test_objects_are_valid(exported: tuple[Exchanged, Path]) -> None:
    for path in (*_named(exported, "_seg.dcm"), *_named(exported, "_sr.dcm")):
        assert dicom_errors(path) == [], path.name


def test_again_gives_the_same_bytes(
    undisturbed: Path, exported: tuple[Exchanged, Path], tmp_path: Path
) -> None:
    folder = CohortFolder.open(undisturbed)
    with folder.store() as store:
        again = exchange(folder, store, tmp_path, FORMATS)
    for before, after in zip(exported[0].files, again.files, strict=True):
        assert before.read_bytes() == after.read_bytes(), before.name


def test_segments_refer_to_the_images_of_the_study(exported: tuple[Exchanged, Path]) -> None:
    for path in _named(exported, "_seg.dcm"):
        sr = pydicom.dcmread(path.with_name(path.name.replace("_seg", "_sr")))
        assert sr.StudyInstanceUID == pydicom.dcmread(path).StudyInstanceUID


def test_reports_say_roles_where_all_criteria_agree_and_what_each_reader_read(
    copy: Path, tmp_path: Path
) -> None:
    folder = CohortFolder.open(copy)
    import_reads(copy, read("R 1", "T01", (40.0, 25.0), accepted=True), read("R/1", "T01", (41.0, 26.0)))
    with folder.store() as store:
        done = exchange(folder, store, tmp_path, ["dicom"])
    roles = {}
    for path in done.files:
        if path.name.endswith("_sr.dcm") and "_reader-" not in path.name:
            roles |= {
                (d.reading.patient_id, d.reading.lesion): d.reading.role for d in read_sr(path).drawings
            }
    assert roles[P1, "L1"] is LesionRole.TARGET
    assert roles[P1, "L2"] is LesionRole.NEW
    reports = [path for path in done.files if "_reader-" in path.name]
    assert len(reports) == len(set(reports)) == 4
    found = {}
    for path in reports:
        assert dicom_errors(path) == [], path.name
        for drawing in read_sr(path).drawings:
            r = drawing.reading
            found[r.reader, r.timepoint] = (r.lesion, r.day, r.role, r.accepted, *r.values.values())  # noqa: PD011 -- no data frame
    target = LesionRole.TARGET
    assert found == {
        ("R 1", "1"): ("T01", 0, target, True, 40.0),
        ("R 1", "2"): ("T01", 60, target, True, 25.0),
        ("R/1", "1"): ("T01", 0, target, None, 41.0),
        ("R/1", "2"): ("T01", 60, target, None, 26.0),
    }
    with folder.store() as store:
        again = bring(reports, None, store, ReadsAsked())
    assert again.counts["excluded"] == again.counts["readings"] == 4
    assert len({s for path in reports for s in [pydicom.dcmread(path).SOPInstanceUID]}) == 4


def test_a_read_of_a_visit_without_a_mask_on_slices_is_told(copy: Path, tmp_path: Path) -> None:
    import_reads(copy, read("R1", "T01", (40.0,)))
    with CohortFolder.open(copy).store() as store:
        waiting = visit_reads(store)
    assert [notice.what.split(":")[0] for notice in unwritten(waiting)] == [f"patient {P1}, visit 1"]
