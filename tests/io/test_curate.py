"""Curation: every file accounted for, whatever comes; real folders as they must come out."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncometry.core import Code, Compartment, Contrast, NothingFoundError, Unit
from oncometry.io import CurateSettings, FileKind, FileStatus, Manifest, curate, read_image, read_segmentation

Maker = Callable[..., Path]
GRID = np.diag([1.0, 1.0, 2.0, 1.0])


def _curate(folder: Path, tmp_path: Path, **more: object) -> Manifest:
    return curate([folder], CurateSettings(), workspace=tmp_path / "workspace", **more)  # type: ignore[arg-type]


def _image(path: Path, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.random.default_rng(seed).normal(100, 10, (6, 7, 8)).astype(np.float32)
    nib.save(nib.Nifti1Image(array, GRID), path)
    return path


def _mask(path: Path, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.zeros((6, 7, 8), np.uint8)
    array[2:4, 2:5, 2 + seed % 4 : 6] = 1 + seed % 3
    nib.save(nib.Nifti1Image(array, GRID), path)
    return path


def _codes(manifest: Manifest) -> dict[str, Code | None]:
    return {f.shown: f.code for f in manifest.files}


CONTENTS: dict[str, Callable[[Path, int], object]] = {
    "image.nii.gz": lambda p, n: _image(p, n),
    "case_seg.nii.gz": lambda p, n: _mask(p, n),
    "cut.nii": lambda p, n: p.write_bytes(_image(p, n).read_bytes()[: 100 + 90 * n]),
    "readme.txt": lambda p, n: p.write_text(f"text {n}"),
    "sheet.csv": lambda p, n: p.write_text(f"a,b\n{n},2\n"),
    "empty.dcm": lambda p, n: p.write_bytes(b""),
    "noise.bin": lambda p, n: p.write_bytes(np.random.default_rng(n).bytes(300)),
    "dicom.dcm": lambda p, n: p.write_bytes(b"\0" * 128 + b"DICM" + bytes([n]) * 50),
    "pair.json": lambda p, n: p.write_text(json.dumps({"n": n})),
    "a.zip": lambda p, n: zipfile.ZipFile(p, "w").close(),
    "n.nrrd": lambda p, n: p.write_bytes(b"NRRD0004\ntype: short\n\n" + bytes(n)),
}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(CONTENTS)), st.integers(0, 3), st.sampled_from(["", "p1", "p2/tp1"])
        ),
        min_size=1,
        max_size=12,
    )
)
def test_files_in_are_used_duplicate_or_quarantined(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, int, str]]
) -> None:
    root = tmp_path_factory.mktemp("in")
    for name, seed, folder in entries:
        path = root / folder / f"{seed}_{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        CONTENTS[name](path, seed)
    manifest = _curate(root, tmp_path_factory.mktemp("ws"))
    there = sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())
    assert sorted(f.shown for f in manifest.files) == there
    assert sum(manifest.counts.values()) == len(there)
    for record in manifest.files:
        assert (record.code is not None) == (record.status is FileStatus.QUARANTINED)
        assert (record.duplicate_of is not None) == (record.status is FileStatus.DUPLICATE)
        assert (record.member_of is not None) == (record.status is FileStatus.USED)
    keys = [r.key for r in (*manifest.series, *manifest.masks)]
    assert len(keys) == len(set(keys))
    assert {f.member_of for f in manifest.files if f.kind is FileKind.NIFTI and f.member_of} == set(keys)
    assert all(r.timepoint is not None for r in (*manifest.series, *manifest.masks))


def test_the_same_input_in_another_order_gives_the_same_records(tmp_path: Path) -> None:
    _image(tmp_path / "a" / "p1" / "pre_t1.nii.gz", 1)
    _image(tmp_path / "a" / "p1" / "post_t1.nii.gz", 2)
    _image(tmp_path / "b" / "p1" / "pre_t1.nii.gz", 1)
    one = curate([tmp_path / "a", tmp_path / "b"], CurateSettings(), workspace=tmp_path)
    two = curate([tmp_path / "b", tmp_path / "a"], CurateSettings(), workspace=tmp_path)
    assert [s.key for s in one.series] == [s.key for s in two.series]
    assert (
        one.counts == two.counts == {FileStatus.USED: 2, FileStatus.DUPLICATE: 1, FileStatus.QUARANTINED: 0}
    )


def test_dicom_series_with_duplicates_and_conflicts(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(4):
        make_slice(f"in/{n}.dcm", 3.0 * n)
    (tmp_path / "in/copy.dcm").write_bytes((tmp_path / "in/0.dcm").read_bytes())
    make_slice("in/x1.dcm", 0.0, SOPInstanceUID="1.77", SeriesInstanceUID="1.8")
    make_slice("in/x2.dcm", 3.0, SOPInstanceUID="1.77", SeriesInstanceUID="1.8")
    make_slice("in/report.dcm", 0.0, SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33", SOPInstanceUID="1.78")
    make_slice("in/capture.dcm", 0.0, SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SOPInstanceUID="1.79")
    manifest = _curate(tmp_path / "in", tmp_path)
    codes = {k: v for k, v in _codes(manifest).items() if v}
    assert codes == {
        "x1.dcm": Code.DUPLICATE_CONFLICT,
        "x2.dcm": Code.DUPLICATE_CONFLICT,
        "report.dcm": Code.NOT_RADIOLOGY,
        "capture.dcm": Code.NOT_A_VOLUME,
    }
    assert manifest.counts[FileStatus.DUPLICATE] == 1
    (series,) = manifest.series
    assert (series.patient_id, len(series.instances), manifest.layout) == ("P1", 4, "DICOM")


@pytest.mark.parametrize("cut", [40, 150])
def test_a_series_says_that_its_end_slice_was_refused(tmp_path: Path, make_slice: Maker, cut: int) -> None:
    """Cut in its pixels or in what follows its series: the others are a whole volume, one slice short."""
    paths = [make_slice(f"in/{n}.dcm", 3.0 * n) for n in range(5)]
    paths[-1].write_bytes(paths[-1].read_bytes()[:-cut])
    manifest = curate([tmp_path / "in"], CurateSettings(), workspace=tmp_path / "work")
    (record,) = manifest.series
    assert record.geometry.shape[2] == 4
    (said,) = (n.what for n in record.notices if n.code is Code.SLICE_MISSING)
    assert "4.dcm: TRUNCATED" in said


def test_dicom_without_preamble_is_read(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(3):
        path = make_slice(f"in/{n}", 3.0 * n)
        path.write_bytes(path.read_bytes()[132:])
    assert len(_curate(tmp_path / "in", tmp_path).series) == 1


def test_members_of_a_zip_are_read(tmp_path: Path, make_slice: Maker) -> None:
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as bundle:
        for n in range(3):
            bundle.write(make_slice(f"{n}.dcm", 3.0 * n), f"P/{n}.dcm")
    manifest = curate([tmp_path / "scans.zip"], CurateSettings(), workspace=tmp_path / "ws")
    assert sorted(_codes(manifest)) == ["scans.zip", *[f"scans.zip!P/{n}.dcm" for n in range(3)]]
    assert manifest.counts[FileStatus.USED] == 4
    assert read_image(manifest.series[0]).array.shape == (4, 3, 3)


def test_an_unsafe_archive_stops_nothing(tmp_path: Path) -> None:
    _image(tmp_path / "in" / "a_t1.nii.gz")
    with zipfile.ZipFile(tmp_path / "in" / "b.zip", "w") as bundle:
        bundle.writestr("../evil", "x")
    manifest = _curate(tmp_path / "in", tmp_path)
    assert _codes(manifest) == {"a_t1.nii.gz": None, "b.zip": Code.ARCHIVE_UNSAFE}
    assert not list(tmp_path.rglob("evil"))


def test_bids_sidecars_are_used_and_believed(tmp_path: Path) -> None:
    _image(tmp_path / "in/sub-1/ses-a/anat/sub-1_ses-a_T2w.nii.gz")
    sidecar = tmp_path / "in/sub-1/ses-a/anat/sub-1_ses-a_T2w.json"
    sidecar.write_text(json.dumps({"RepetitionTime": 4.0, "EchoTime": 0.09}))
    (tmp_path / "in/dataset_description.json").write_text("{}")
    manifest = _curate(tmp_path / "in", tmp_path)
    (series,) = manifest.series
    assert series.acquisition["repetition_time_ms"] == 4000
    assert (series.contrast, series.session, manifest.layout) == (Contrast.T2, "a", "BIDS")
    assert manifest.counts == {FileStatus.USED: 2, FileStatus.DUPLICATE: 0, FileStatus.QUARANTINED: 1}


def test_masks_apart_meet_their_images(tmp_path: Path) -> None:
    for n in (1, 2):
        _image(tmp_path / f"images/case{n}.nii.gz", n)
        _mask(tmp_path / f"drawn/case{n}.nii.gz", n)
    manifest = curate(
        [tmp_path / "images"], CurateSettings(), masks=tmp_path / "drawn", workspace=tmp_path / "ws"
    )
    by_patient = {s.patient_id: s.key for s in manifest.series}
    assert {m.patient_id: m.series_key for m in manifest.masks} == by_patient


def test_content_tells_a_mask_where_no_name_does(tmp_path: Path) -> None:
    _mask(tmp_path / "in/p/one.nii.gz")
    _image(tmp_path / "in/p/two.nii.gz")
    manifest = _curate(tmp_path / "in", tmp_path)
    assert (len(manifest.masks), len(manifest.series)) == (1, 1)
    assert "content" in manifest.masks[0].description


def test_equal_masks_of_two_visits_are_no_duplicates(tmp_path: Path) -> None:
    for visit in ("pre", "post"):
        _image(tmp_path / f"in/p/{visit}_t1.nii.gz", len(visit))
        _mask(tmp_path / f"in/p/{visit}_mask.nii.gz")
    manifest = _curate(tmp_path / "in", tmp_path)
    assert {m.timepoint.number for m in manifest.masks if m.timepoint} == {1, 2}
    assert len({m.key for m in manifest.masks}) == 2


def test_a_users_contrast_map_wins(tmp_path: Path) -> None:
    _image(tmp_path / "in/p_odd.nii.gz")
    chosen = CurateSettings(contrast_map={"odd": Contrast.T1C})
    (series,) = curate([tmp_path / "in"], chosen, workspace=tmp_path).series
    assert (series.contrast, series.confidence) == (Contrast.T1C, 1.0)


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(NothingFoundError):
        _curate(tmp_path / "in", tmp_path)


@pytest.mark.linux
def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    os.mkfifo(tmp_path / "in/pipe")
    assert _codes(_curate(tmp_path / "in", tmp_path)) == {"pipe": Code.UNREADABLE}


def test_the_file_of_a_data_set_is_used_and_names_labels(tmp_path: Path) -> None:
    _image(tmp_path / "in/imagesTr/liver_1_0000.nii.gz")
    _mask(tmp_path / "in/labelsTr/liver_1.nii.gz", 1)
    content = {"channel_names": {"0": "CT"}, "labels": {"background": 0, "liver": 1, "tumor": 2}}
    (tmp_path / "in/dataset.json").write_text(json.dumps(content))
    manifest = _curate(tmp_path / "in", tmp_path)
    assert manifest.counts[FileStatus.QUARANTINED] == 0
    (series,), (mask,) = manifest.series, manifest.masks
    assert series.contrast is Contrast.CT
    (segment,) = read_segmentation(mask, series.geometry)
    assert (segment.name, segment.compartment) == ("tumor", Compartment.WHOLE)


def test_the_clinical_sheet_counts_as_used_and_other_tables_are_told(tmp_path: Path) -> None:
    _image(tmp_path / "in/p1_t1.nii.gz")
    for name in ("sheet.csv", "copy.csv", "other.csv"):
        (tmp_path / "in" / name).write_text(f"a,b\n1,{'x' if name == 'other.csv' else 'y'}\n")
    manifest = _curate(tmp_path / "in", tmp_path, beside=[tmp_path / "in/sheet.csv"])
    records = {f.shown: f for f in manifest.files}
    assert (records["sheet.csv"].status, records["sheet.csv"].member_of) == (
        FileStatus.USED,
        "clinical sheet",
    )
    assert "--clinical" in records["other.csv"].detail
    assert sum(manifest.counts.values()) == 4


def test_images_of_one_kind_under_two_names_are_told(tmp_path: Path) -> None:
    for n, place in enumerate(("site/smith_t1", "site/jones_t1", "other/p3/t1")):
        _image(tmp_path / f"in/{place}.nii.gz", n)
    manifest = _curate(tmp_path / "in", tmp_path)
    (notice,) = [n for n in manifest.notices if n.code is Code.PATIENT_CONFLICT]
    assert "smith_t1" in notice.what
    assert "jones_t1" in notice.what


def test_a_day_above_dicom_files_is_no_visit(tmp_path: Path, make_slice: Maker) -> None:
    for n in range(3):
        make_slice(f"in/2023-05-01/a/{n}.dcm", 3.0 * n)
        make_slice(
            f"in/2023-05-01/week-12/{n}.dcm", 3.0 * n, SeriesInstanceUID="1.9", StudyInstanceUID="1.10"
        )
    sessions = {s.series_instance_uid: s.session for s in _curate(tmp_path / "in", tmp_path).series}
    assert sessions == {"1.2.3.5": None, "1.9": "week-12"}


def test_a_contrast_map_that_is_no_expression_is_refused() -> None:
    with pytest.raises(ValueError, match="regular expression"):
        CurateSettings(contrast_map={"(": Contrast.T1})


@pytest.mark.data
def test_progression_is_two_patients_at_two_dates(data_folder: Path, tmp_path: Path) -> None:
    manifest = _curate(data_folder / "brain-tumor-progression", tmp_path)
    seen = sorted(
        (s.patient_id, s.timepoint.number, s.session, s.contrast) for s in manifest.series if s.timepoint
    )
    assert seen == [(p, n, s, Contrast.T1) for p in ("01", "02") for n, s in ((1, "pre"), (2, "post"))]
    where = {s.key: s.timepoint for s in manifest.series}
    assert len(manifest.masks) == 4
    assert all(m.series_key and where[m.series_key] == m.timepoint for m in manifest.masks)
    assert all(Code.SPACING_IMPLAUSIBLE in {n.code for n in s.notices} for s in manifest.series)
    assert not manifest.notices


@pytest.mark.data
def test_sts_006_is_one_patient_one_time_point_three_series(data_folder: Path, tmp_path: Path) -> None:
    manifest = _curate(data_folder / "ibsi-sts-dicom-STS_006", tmp_path)
    assert manifest.patient_ids == ("STS_006",)
    assert len(manifest.timepoints) == 1
    (notice,) = manifest.notices
    assert notice.code is Code.DATES_DIFFER
    assert "2001-11-17" in notice.what
    assert "2001-11-01" in notice.what
    found = {s.contrast: s.unit for s in manifest.series}
    assert found == {Contrast.CT: Unit.HU, Contrast.PET: Unit.SUV_BW, Contrast.T1: Unit.ARBITRARY}
    assert {m.series_key for m in manifest.masks} == {s.key for s in manifest.series}
    assert manifest.counts == {FileStatus.USED: 207, FileStatus.DUPLICATE: 0, FileStatus.QUARANTINED: 3}


@pytest.mark.data
def test_other_real_folders(data_folder: Path, tmp_path: Path) -> None:
    nrrd = _curate(data_folder / "pyradiomics", tmp_path)
    assert {m.patient_id: m.series_key for m in nrrd.masks} == {s.patient_id: s.key for s in nrrd.series}
    assert nrrd.patient_ids == ("brain1", "brain2", "breast1")
    glioma = _curate(data_folder / "tcga-fg-6692-raw", tmp_path)
    assert glioma.patient_ids == ("TCGA-FG-6692",)
    assert not glioma.notices
    assert not nrrd.notices
    assert {s.contrast for s in glioma.series} == {Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR}
    assert not any(
        n.code is Code.SPACING_IMPLAUSIBLE for m in (nrrd, glioma) for s in m.series for n in s.notices
    )
    microscopy = _curate(data_folder / "highdicom", tmp_path)
    slides = [f for f in microscopy.files if f.shown.startswith("sm_")]
    assert {f.code for f in slides} == {Code.NOT_RADIOLOGY}


@pytest.mark.data
def test_a_folder_of_label_maps_alone(data_folder: Path, tmp_path: Path) -> None:
    manifest = _curate(data_folder / "msd-brats-labels", tmp_path)
    assert (len(manifest.masks), len(manifest.series), manifest.layout) == (94, 0, "nnU-Net")
    assert not any(n.code is Code.SPACING_IMPLAUSIBLE for m in manifest.masks for n in m.notices)


def test_damaged_headers_stop_nothing(tmp_path: Path, make_slice: Maker) -> None:
    """Random bytes of a header overwritten: a series, or a code, never an exception."""
    rng = np.random.default_rng(7)
    whole = make_slice("whole.dcm", 0.0).read_bytes()
    for number in range(80):
        raw = bytearray(whole)
        for at in rng.integers(132, len(raw), 4):
            raw[at] = rng.integers(0, 256)
        path = tmp_path / "in" / f"{number}.dcm"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(raw)
    for path in sorted((tmp_path / "in").iterdir()):
        (record,) = curate([path], CurateSettings(), workspace=tmp_path / "ws").files
        assert record.status is not FileStatus.QUARANTINED or record.code is not None
    assert sum(_curate(tmp_path / "in", tmp_path).counts.values()) == 80
