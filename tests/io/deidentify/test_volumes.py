"""NIfTI, NRRD and JSON: nothing of whom is left in bytes or names, and curation finds what it found before."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from oncometry.core import Code, SettingsError
from oncometry.io import CurateSettings, Manifest, curate, read_image
from oncometry.io.deidentify import Beside, DeidentifySettings, Key, ProfileOption, deidentify
from oncometry.io.deidentify.identifiers import own_words
from oncometry.io.deidentify.planned import plain_visit
from oncometry.io.deidentify.sidecar import clean_sidecar
from oncometry.io.deidentify.subject import subject_of

from .answer_key import base, save

KEY = Key(bytes(range(32)))
DATED = DeidentifySettings(options=frozenset((ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES,)))
RNG = np.random.default_rng(0)
SHAPE = (6, 5, 4)


def nifti(path: Path, *, mask: bool = False, kind: type = nib.Nifti1Image, order: str = "<") -> Path:
    """A volume with a token in every place that can hold one."""
    array = np.zeros(SHAPE, f"{order}i2") if mask else RNG.integers(-900, 900, SHAPE).astype(f"{order}i2")
    if mask:
        array[2:4, 2:4, 1:3] = 1
        array[3, 3, 2] = 2
    affine = np.array([[-1.2, 0, 0, 9], [0, 1.1, 0.1, -7], [0, -0.1, 3, 5], [0, 0, 0, 1]])
    header = kind.header_class(endianness=order)
    image = kind(array, affine, header)
    image.header.set_qform(image.affine, code=1)
    image.header.set_sform(image.header.get_qform(), code=1)
    image.header["descrip"], image.header["aux_file"] = b"TE=91;ZQDESCRIPXK", b"ZQAUXXK"
    image.header["intent_name"] = b"ZQINTENTXK"
    if kind is nib.Nifti1Image:
        image.header["db_name"], image.header["data_type"] = b"ZQDBXK", b"ZQTYPEXK"
    image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"ZQCOMMENTXK"))
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = path.with_name("plain.nii")
    image.to_filename(plain)
    content = plain.read_bytes() + b"ZQTRAILXK"
    plain.unlink()
    if path.name.endswith(".gz"):
        with path.open("wb") as stream, gzip.GzipFile("ZQNAMEXK.nii", "wb", fileobj=stream) as packed:
            packed.write(content)
    else:
        path.write_bytes(content)
    return path


def nrrd(path: Path) -> Path:
    array = np.zeros(SHAPE, "<u1")
    array[1:3, 1:3, 1:3] = 1
    lines = (
        "NRRD0004\n# ZQCOMMENTXK\ncontent: ZQCONTENTXK\ntype: unsigned char\ndimension: 3\n"
        "space: left-posterior-superior\nsizes: 6 5 4\n"
        'space directions: (1.5,0,0) (0,1.25,0) (0,0,3)\nkinds: domain domain domain\nlabels: "ZQA" "ZQB" "ZQC"\n'
        "endian: little\nencoding: raw\nspace origin: (-4,5.5,6)\nOwner:=ZQOWNERXK\n"
        "Segment0_Name:=tumor of ZQNAMEXK\nSegment0_LabelValue:=1\nSegment0_Layer:=0\nSegment0_ID:=ZQIDXK\n"
        "Segment0_Tags:=ZQTAG:1|TerminologyEntry:ZQ~a^b^ZQ~c^d^Neoplasm~^^~~^^|ZQ\n\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lines.encode() + array.tobytes(order="F"))
    return path


def curated(folder: Path, aside: Path) -> Manifest:
    return curate([folder], CurateSettings(), workspace=aside)


def assert_no_token(folder: Path) -> None:
    for path in folder.rglob("*"):
        assert b"ZQ" not in str(path.relative_to(folder)).encode()
        if path.is_file():
            content = path.read_bytes()
            unpacked = gzip.decompress(content) if path.name.endswith(".nii.gz") else b""
            for said in (content, unpacked):
                assert b"ZQ" not in said, path
                assert b"2020" not in said, path


@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_a_nifti_file_keeps_grid_and_voxels_and_nothing_else(
    tmp_path: Path, kind: type, order: str, ending: str
) -> None:
    path = nifti(tmp_path / "in" / "ZQPATIENTXK" / f"ZQ_t1{ending}", kind=kind, order=order)
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.files, done.written, done.quarantined) == (1, 1, {})
    assert_no_token(tmp_path / "out")
    (copy,) = (tmp_path / "out").rglob("*.nii.gz")
    before, after = nib.load(path), nib.load(copy)
    assert type(after) is type(before)
    assert np.array_equal(before.affine, after.affine)
    assert np.array_equal(np.asanyarray(before.dataobj), np.asanyarray(after.dataobj))
    assert after.get_data_dtype() == before.get_data_dtype()
    assert bytes(after.header["descrip"].item()) == b"TE=91"
    assert not after.header.extensions


def test_a_nrrd_segmentation_keeps_its_segments(tmp_path: Path) -> None:
    nrrd(tmp_path / "in" / "ZQPATIENTXK" / "ZQ_seg.seg.nrrd")
    nifti(tmp_path / "in" / "ZQPATIENTXK" / "ZQ_t1.nii.gz")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.quarantined) == (2, {})
    assert_no_token(tmp_path / "out")
    (copy,) = (tmp_path / "out").rglob("*.seg.nrrd")
    said = copy.read_bytes().split(b"\n\n")[0].decode()
    assert "Segment0_Name:=tumor of" in said
    assert "~^^Neoplasm~" in said
    manifests = [curated(tmp_path / place, tmp_path / f"w{place}") for place in ("in", "out")]
    (before,), (after,) = (m.masks for m in manifests)
    assert after.kind is before.kind
    assert after.patient_id == KEY.pseudonym(before.patient_id)
    review = (tmp_path / "out" / "review" / "review.csv").read_text()
    assert "tumor of" in review


LAYOUTS = {
    "BIDS": (
        "sub-ZQ01/ses-20200228/anat/sub-ZQ01_ses-20200228_T1w.nii.gz",
        "sub-ZQ01/ses-20200228/anat/sub-ZQ01_ses-20200228_ce-ZQgad_T1w.nii.gz",
        "sub-ZQ01/ses-20200301/anat/sub-ZQ01_ses-20200301_FLAIR.nii.gz",
        "sub-ZQ01/ses-20200301/anat/sub-ZQ01_ses-20200301_dseg.nii.gz",
    ),
    "BraTS": tuple(
        f"BraTS-GLI-00{n}-{v}/BraTS-GLI-00{n}-{v}-{what}.nii.gz"
        for n, v, what in (
            (101, "000", "t1n"), (101, "000", "t1c"), (101, "000", "t2f"), (101, "000", "seg"),
            (101, "001", "t2w"), (101, "001", "t1c"), (101, "001", "seg"), (102, "000", "t1c"), (102, "000", "seg"),
        )
    ),
    "plain": (
        "ZQ^ADAMS/2020-02-28/ZQ_T1_gd.nii.gz",
        "ZQ^ADAMS/2020-02-28/ZQ_seg.nii.gz",
        "ZQ^ADAMS/2020-03-01/ZQ_T2.nii.gz",
        "ZQ^BAKER/week-012/ZQ_flair.nii.gz",
        "ZQ^BAKER/week-044/ZQ_flair.nii.gz",
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_curation_finds_the_same_people_visits_and_contrasts(tmp_path: Path, layout: str) -> None:
    for name in LAYOUTS[layout]:
        nifti(tmp_path / "in" / name, mask="seg" in name)
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY, DATED)
    assert (done.written, done.quarantined) == (len(LAYOUTS[layout]), {})
    assert_no_token(tmp_path / "out")
    before, after = (curated(tmp_path / place, tmp_path / f"w{place}") for place in ("in", "out"))
    assert after.patient_ids == tuple(sorted(map(KEY.pseudonym, before.patient_ids)))
    for patient in before.patient_ids:
        (images, masks), (copies, mask_copies) = (
            before.of_patient(patient),
            after.of_patient(KEY.pseudonym(patient)),
        )
        told = [
            sorted((s.timepoint.number, str(s.contrast), str(s.modality)) for s in every)
            for every in (images, copies)
        ]
        assert told[0] == told[1]
        assert sorted((m.timepoint.number, m.hints.schemes) for m in masks) == sorted(
            (m.timepoint.number, m.hints.schemes) for m in mask_copies
        )
        days = [sorted({p.day for p in m.timepoints if p.patient_id == who}, key=str)
                for m, who in ((before, patient), (after, KEY.pseudonym(patient)))]  # fmt: skip
        assert days[0] == days[1]
        for image in images:
            array = read_image(image).array
            assert any(np.array_equal(array, read_image(copy).array) for copy in copies)


def test_a_visit_named_by_what_may_identify_is_left_out(tmp_path: Path) -> None:
    for name in (
        "sub-1_ses-ZQSMITH_T1w.nii.gz",
        "sub-1_ses-0412345_T1w.nii.gz",
        "sub-1_ses-20200301_T1w.nii.gz",
    ):
        nifti(tmp_path / "in" / name)
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert done.quarantined == {Code.NAME_UNSAFE: 3}


@pytest.mark.parametrize(
    ("visit", "plain"),
    [
        ("week-012-2", True),
        ("week 4 day 2", True),
        ("000", True),
        ("visit 12-03-85", False),
        ("12-03", False),
        ("555-123-456", False),
        ("d-12-m-3-y-85", False),
        ("march", False),
    ],
)
def test_a_visit_is_no_date_and_no_phone(visit: str, plain: bool) -> None:
    assert plain_visit(visit) is plain


def test_two_visits_that_would_become_one_are_left_out(tmp_path: Path) -> None:
    for name in ("sub-1_ses-V1_T1w.nii.gz", "sub-1_ses-v1_T1w.nii.gz", "sub-1_ses-v2_T1w.nii.gz"):
        nifti(tmp_path / "in" / name)
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.quarantined) == (1, {Code.NAME_UNSAFE: 2})


def test_an_id_of_radiology_words_is_no_word_of_radiology(tmp_path: Path) -> None:
    nifti(tmp_path / "in" / "brain12" / "brain12_t1.nii.gz")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert "brain12" not in "".join(str(p.relative_to(tmp_path)) for p in (tmp_path / "out").rglob("*"))


def test_a_mask_goes_where_the_images_beside_it_go(tmp_path: Path) -> None:
    save(base(patient="ZQMRN7XK"), tmp_path / "in" / "case-7" / "a.dcm")
    nifti(tmp_path / "in" / "case-7" / "tumor_seg.nii.gz", mask=True)
    deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    (copy,) = (tmp_path / "out").rglob("*.nii.gz")
    assert KEY.pseudonym("ZQMRN7XK") in copy.name


def test_a_name_known_from_dicom_is_no_word_of_a_volume(tmp_path: Path) -> None:
    dataset = base(patient="ZQMRN7XK")
    dataset.PatientName = "WHITE^BRAVO"
    save(dataset, tmp_path / "in" / "ZQMRN7XK" / "a.dcm")
    nifti(tmp_path / "in" / "ZQMRN7XK" / "white_bravo_t1_chest.nii.gz")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    (copy,) = (tmp_path / "out").rglob("*.nii.gz")
    assert KEY.pseudonym("ZQMRN7XK") in copy.name
    assert "t1_chest" in copy.name
    assert not {"white", "bravo"} & set(copy.name.lower().split("_"))


def test_label_names_of_a_data_set_go_along(tmp_path: Path) -> None:
    dataset = {
        "labels": {"background": 0, "edema": 1, "ZQ enhancing tumor": 2},
        "channel_names": {"0": "T1c"},
    }
    nifti(tmp_path / "in" / "imagesTr" / "ZQ_001_0000.nii.gz")
    nifti(tmp_path / "in" / "labelsTr" / "ZQ_001.nii.gz", mask=True)
    (tmp_path / "in" / "dataset.json").write_text(json.dumps(dataset))
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.quarantined) == (2, {Code.NOT_AN_IMAGE: 1})
    assert_no_token(tmp_path / "out")
    (table,) = (tmp_path / "out").rglob("*.tsv")
    assert table.read_text() == "index\tname\n1\tedema\n2\tenhancing tumor\n"
    (series,) = curated(tmp_path / "out", tmp_path / "work").series
    assert str(series.contrast) == "T1c"


MARK = {"DeidentificationMethod": f"Oncometry PS3.15 2026d key {KEY.fingerprint}"}


def test_a_sidecar_keeps_physics_and_words_where_descriptors_are_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps(
            {
                "PatientName": "ZQ", "RepetitionTime": 2.3, "SliceTiming": [0, 0.5], "EchoTime": "ZQ",
                "ScanningSequence": "SE_IR",
                "SeriesDescription": "AX T1 of White", "Modality": "MR", "SequenceVariant": "ZQ", "ImageType": ["ZQ"],
                "AcquisitionTime": "12:00:00", "FlipAngle": True,
            }
        )
    )  # fmt: skip
    plain = {
        "RepetitionTime": 2.3,
        "SliceTiming": [0, 0.5],
        "Modality": "MR",
        "ScanningSequence": "SE_IR",
        **MARK,
    }
    subject = subject_of("WHITE_MARY", own_words("WHITE_MARY"), KEY)
    assert json.loads(clean_sidecar(path, subject, KEY, DATED)) == plain
    described = DeidentifySettings(options=frozenset((ProfileOption.CLEAN_DESCRIPTORS,)))
    assert json.loads(clean_sidecar(path, subject, KEY, described)) == {
        **plain,
        "SeriesDescription": "AX T1 of",
    }


def test_a_sidecar_lies_beside_its_copy(tmp_path: Path) -> None:
    nifti(tmp_path / "in" / "sub-ZQ_T1w.nii.gz")
    (tmp_path / "in" / "sub-ZQ_T1w.json").write_text('{"EchoTime": 0.01, "InstitutionName": "ZQ"}')
    (tmp_path / "in" / "participants.json").write_text('{"ZQ": 1}')
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.quarantined) == (2, {Code.NOT_AN_IMAGE: 1})
    (copy,) = (tmp_path / "out").rglob("*.nii.gz")
    beside = copy.with_name(copy.name.removesuffix(".nii.gz") + ".json")
    assert json.loads(beside.read_text()) == {"EchoTime": 0.01, **MARK}


def test_what_was_written_is_not_taken_again(tmp_path: Path) -> None:
    """Dates would move twice. A copy that lies elsewhere bears a mark; a sheet has no place for one."""
    nifti(tmp_path / "in" / "sub-1" / "ses-20200228" / "sub-1_ses-20200228_T1w.nii.gz")
    (tmp_path / "in" / "sub-1" / "ses-20200228" / "sub-1_ses-20200228_T1w.json").write_text("{}")
    nrrd(tmp_path / "in" / "sub-1" / "ses-20200228" / "ZQ_seg.seg.nrrd")
    (tmp_path / "a.csv").write_text("patient_id,date\n1,2020-02-28\n")
    beside = Beside(clinical=tmp_path / "a.csv")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY, DATED, beside=beside)
    assert (done.written, done.quarantined) == (4, {})
    shutil.copytree(tmp_path / "out" / "scans", tmp_path / "moved")
    for place in ("out", "moved"):
        again = deidentify([tmp_path / place], tmp_path / f"of {place}", KEY, DATED)
        assert again.written == 0
        assert again.quarantined[Code.ALREADY_DEIDENTIFIED] == (again.files if place == "out" else 3)
    with pytest.raises(SettingsError, match="sheet was de-identified"):
        deidentify(
            [tmp_path / "in"],
            tmp_path / "two",
            KEY,
            DATED,
            beside=Beside(clinical=tmp_path / "out" / done.sheets[0]),
        )
    other = deidentify([tmp_path / "out"], tmp_path / "other", Key(b"\1" * 32), DATED)
    assert other.written == 3


def test_again_gives_the_same_bytes_also_from_an_archive(tmp_path: Path) -> None:
    for name in LAYOUTS["BIDS"]:
        nifti(tmp_path / "in" / name, mask="seg" in name)
    shutil.make_archive(str(tmp_path / "packed" / "in"), "zip", tmp_path / "in")
    seen = []
    for source in ("in", "in", "packed"):
        done = deidentify([tmp_path / source], tmp_path / "out", KEY, DATED)
        assert done.files == done.written + done.duplicates + done.opened + done.quarantined.total()
        seen.append({p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()})
    assert seen[0] == seen[1] == seen[2]


def test_the_review_shows_words_and_visits_of_names(tmp_path: Path) -> None:
    for name in ("ZQ/visit-1/t1_chest.nii.gz", "ZQ/2020-02-28/flair.nii.gz"):
        nifti(tmp_path / "in" / name)
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, DATED)
    review = (tmp_path / "out" / "review" / "review.csv").read_text().splitlines()
    assert {"file,visit,visit1,1", "file,name,t1,1", "file,name,chest,1"} <= set(review)
    assert not [line for line in review if line.startswith("file,visit") and "visit1" not in line]
