"""Who and when by place: two people are never one, and one person's visits are not lost."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import Code
from oncometry.io.layouts import identify
from oncometry.io.one_person import one_person
from oncometry.io.places import Places
from oncometry.io.walk import Found


def _read(*shown: str, from_masks: bool = False) -> dict[str, tuple[str, str | None]]:
    founds = [_found(place, from_masks) for place in shown]
    places = Places.of(founds)
    read = {f.shown: identify(f, places) for f in founds}
    return {place: (identity.patient_id, identity.session) for place, identity in read.items()}


def _found(shown: str, from_masks: bool = False) -> Found:
    return Found(f"/nowhere/{shown}", shown, ("in", *shown.split("/")), from_masks)


def _people(*shown: str) -> dict[str, str]:
    return {place: patient for place, (patient, _) in _read(*shown).items()}


@pytest.mark.parametrize(
    ("people", "places"),
    [
        (("p1", "p2"), ("siteA/p1/t1c", "siteA/p2/t1c")),
        (("p1", "p3"), ("siteA/p1/t1c", "siteB/p3/t1c")),
        (("p1", "p2"), ("siteA/p1_t1c", "siteA/p2_t1c")),
        (("p1", "p2"), ("siteA/T1/p1", "siteA/T1/p2")),
        (("p1", "p2"), ("siteA/T1_p1/img", "siteA/T1_p2/img")),
        (("case_1", "case_2"), ("siteA/case_1", "siteA/case_2")),
        (("study_p1", "study_p2", "p3"), ("siteA/study_mr_p1", "siteA/study_mr_p2", "siteB/p3/t1")),
        (("smith", "jones"), ("all/smith_t1", "all/jones_t1")),
        (("smith", "jones"), ("all/smith", "all/jones")),
        (("Patient-001", "Patient-002"), ("Imaging/Patient-001/week-000-1/T1", "Imaging/Patient-002/week-000-1/T1")),
        (("p1", "p2"), ("siteA/2020-01-01/p1/t1c", "siteA/2020-01-01/p2/t1c")),
        (("p1", "p2"), ("export/p1_2020-01-01/t1", "export/p2_2020-01-01/t1")),
        (("siteA/001", "siteB/001"), ("siteA/001/t1", "siteB/001/t1")),
        (("S1/e/3", "S2/e/3"), ("S1/e/3/t1", "S2/e/3/t1")),
        (("p1", "p2"), ("p1/brain/t1", "p2/brain/t1")),
        (("001", "002"), ("scans/001/t1", "scans/002/t1")),
        (("scan1", "scan2"), ("scan1/t1", "scan2/t1")),
        (("p1", "p2"), ("siteA/week-12/p1/t1", "siteA/week-12/p2/t1")),
        (("case_001", "case_002"), ("flat/case_001_0000", "flat/case_002_0000")),
        (("UPENN-01", "UPENN-02"), ("data/nifti/UPENN-01/images/T1", "data/nifti/UPENN-02/images/T1")),
    ],
)  # fmt: skip
def test_several_people(people: tuple[str, ...], places: tuple[str, ...]) -> None:
    shown = [f"{place}.nii.gz" for place in places]
    found = _people(*shown)
    assert tuple(found[s] for s in shown) == people


@pytest.mark.parametrize(
    ("patient", "places"),
    [
        ("p1", ("p1/t1c", "p1/seg")),
        ("p1", ("siteA/p1/t1c", "siteA/p1/t2")),
        ("p1", ("p1/T1/image", "p1/FLAIR/image", "p1/Ax_T2_PROPELLER/image")),
        ("p1", ("p1/week-1/t1c", "p1/week-2/t1c")),
        ("p1", ("p1/BRAIN_AX_T1_5", "p1/BRAIN_AX_T1_6", "p1/B0_map_9", "p1/B0_map_10")),
        ("p1", ("p1/scan1/t1", "p1/scan2/t1")),
        ("in", ("T1_5/img", "T2_6/img")),
        ("S1", ("S1/sess1/scans/3/img", "S1/sess1/scans/4/resources/NIFTI/files/img")),
        ("p1", ("p1/lesion1", "p1/lesion2", "p1/t1")),
        ("p1", ("p1_AX_T1", "p1_seg")),
        ("p1", ("p1/native/t1", "p1/HD-GLIO-AUTO-segmentation/native/segmentation_t1")),
        ("p1", ("p1_2020-01-01/t1", "p1_2021-01-01/t1")),
        ("p1", ("p1/2020-01-01_12345/t1", "p1/2021-01-01_67890/t1")),
        ("p1", ("images/p1", "masks/p1")),
        ("in", ("Pre_Scan_T1", "Post_Scan_T1", "Pre_Mask")),
        ("only", ("only/case_001_0000", "only/case_001_0001", "only/case_001")),
        ("TCGA-FG-6692", ("T1_AX_TCGA-FG-6692_10", "MRHR_FLAIR_AX_TCGA-FG-6692_5")),
    ],
)
def test_one_person(patient: str, places: tuple[str, ...]) -> None:
    found = _people(*(f"{place}.nii.gz" for place in places))
    assert set(found.values()) == {patient}


@pytest.mark.parametrize(
    ("sessions", "places"),
    [
        (("week-12", "week-24"), ("export_2023-05-01/p1/week-12/t1c", "export_2023-05-01/p1/week-24/t1c")),
        ((None, None), ("2023-05-01/p1/t1c", "2023-05-01/p2/t1c")),
        (("pre", "post"), ("pre/p1/t1c", "post/p1/t1c")),
        (("2020-01-01", "2021-01-01"), ("p1_2020-01-01/t1", "p1_2021-01-01/t1")),
        (("ses-1", "ses-2"), ("p1/2020-01-01/ses-1/t1", "p1/2020-01-01/ses-2/t1")),
        (("week-000-1", "week-044"), ("p1/week-000-1/tool/native/seg", "p1/week-044/tool/native/seg")),
        (("pre", "post"), ("01/Pre_Scan_T1", "01/Post_Scan_T1")),
    ],
)
def test_visits(sessions: tuple[str | None, ...], places: tuple[str, ...]) -> None:
    shown = [f"{place}.nii.gz" for place in places]
    found = _read(*shown)
    assert tuple(found[s][1] for s in shown) == sessions


def test_a_folder_name_of_two_sites_is_said() -> None:
    founds = [_found(f"{site}/001/t1.nii.gz") for site in ("siteA", "siteB")]
    (notice,) = Places.of(founds).notices
    assert notice.code is Code.PATIENT_CONFLICT
    assert "001" in notice.what


def test_numbers_from_0000_without_a_gap_are_channels() -> None:
    """Patients numbered from one, or twenty of them, are not the channels of one."""
    few = [_found(f"scan_{n:04d}.nii.gz") for n in (1, 2)]
    many = [_found(f"scan_{n:04d}.nii.gz") for n in range(20)]
    for founds in (few, many):
        assert not Places.of(founds).cases
    assert Places.of([_found(f"scan_{n:04d}.nii.gz") for n in (0, 1)]).cases


@pytest.mark.parametrize("name", ["sub-01_tumor", "BraTS20_001_t1", "case_0000", "case_t1"])
def test_what_is_given_as_masks_is_masks_in_every_layout(name: str) -> None:
    here = _found(f"{name}.nii.gz", from_masks=True)
    assert identify(here, Places.of([here])).is_mask is True


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("sub-01_seg", True),
        ("sub-02_T1w_seg", True),
        ("sub-01_tumor", None),
        ("sub-01_desc-lesion_T1w", False),
    ],
)
def test_suffixes_that_bids_does_not_have(name: str, mask: bool | None) -> None:
    here = _found(f"{name}.nii.gz")
    assert identify(here, Places.of([here])).is_mask is mask


SITES = [
    ("",),
    ("siteA",),
    ("siteA", "siteB"),
    ("data",),
    ("UCSF", "MGH"),
    ("export_2023-05-01",),
    ("Imaging",),
]
VISITS = [("",), ("week-01", "week-12"), ("pre", "post"), ("2020-01-01", "2020-06-01"), ("ses-1", "ses-2")]
IDS = [
    ("p0", "p1", "p2"),
    ("000", "001", "002"),
    ("Patient-0", "Patient-1", "Patient-2"),
    ("smith", "jones", "brown"),
]
SEQUENCES = ("t1", "t1c", "T2", "flair", "AX_T1_POST", "T2w")
STYLES = {
    "{site}/{who}/{visit}/{what}",
    "{site}/{who}_{visit}_{what}",
    "{site}/{who}/{visit}/{what}/image",
    "{site}/{who}/{visit}_{what}",
    "{site}/{who}/{visit}/brain/{what}",
    "{site}/{visit}/{who}/{what}",
}


@st.composite
def _trees(draw: st.DrawFn) -> dict[str, tuple[tuple[str, str], str]]:
    """Path -> ((site, person), visit), for every person two sequences at every visit."""
    style, ids = draw(st.sampled_from(sorted(STYLES))), draw(st.sampled_from(IDS))
    people, visits = draw(st.integers(1, 3)), draw(st.sampled_from(VISITS))
    tree = {}
    for site in draw(st.sampled_from(SITES)):
        for who in ids[:people]:
            for visit in visits:
                for what in draw(st.lists(st.sampled_from(SEQUENCES), min_size=2, max_size=2, unique=True)):
                    path = style.format(site=site, who=who, visit=visit, what=what)
                    tidy = re.sub(r"__+", "_", re.sub(r"//+", "/", path)).replace("/_", "/").strip("/")
                    tree[f"{tidy}.nii.gz"] = ((site, who), visit)
    return tree


@settings(max_examples=150)
@given(_trees())
def test_people_are_never_made_one_in_silence_nor_visits_nor_one_made_several(
    tree: dict[str, tuple[tuple[str, str], str]],
) -> None:
    founds = [_found(place) for place in tree]
    places = Places.of(founds)
    read = [(identify(f, places), *tree[f.shown]) for f in founds]
    notices = one_person([(i.patient_id, f) for (i, _, _), f in zip(read, founds, strict=True)], places)
    said = {n.what.split("'")[1] for n in notices}
    owners, ids, visits = defaultdict(set), defaultdict(set), defaultdict(set)
    for identity, who, visit in read:
        owners[identity.patient_id].add(who)
        ids[who].add(identity.patient_id)
        visits[who, identity.session].add(visit)
    assert all(len(people) == 1 for patient, people in owners.items() if patient not in said)
    assert all(len(patients) == 1 for patients in ids.values())
    assert all(len(stated) == 1 for stated in visits.values())
