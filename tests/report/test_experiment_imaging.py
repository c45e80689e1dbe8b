"""Items of checklists about images: claimed where the database holds them, in part where it holds a part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.report.made_experiment import made_result

from oncometry.features import profile_named
from oncometry.prediction.checklists import checklists
from oncometry.prediction.imaging import FeatureSpecUsed, Imaging, MaskSource, Protocol
from oncometry.report.experiment_checklists import evidence_for
from oncometry.report.experiment_page import experiment_page
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.imaging_evidence import IMAGING_EVIDENCE

SPEC = profile_named("ibsi")
STATED = (("echo_time_ms", "2 to 3.5"), ("sequence_name", "<fl3d>"))
IMAGING = Imaging(
    protocols=(
        Protocol("T1c", "A", "SIEMENS Skyra 3 T", 10, 20, ((0.9, 1.0), (1.0, 1.0)), STATED),
        Protocol("T1c", "B", "", 2, 2, ((1.0, 1.0), (5.0, 5.0)), ()),
    ),
    patients=12,
    described=10,
    first=date(2019, 1, 2),
    last=date(2021, 3, 4),
    masks=(MaskSource("NIFTI", False, 20), MaskSource("network starter-tumor 1.0", True, 2)),
    specs=(FeatureSpecUsed(SPEC.hash, SPEC.canonical_json, ("HU",), 22),),
    prepared=("n4",),
)


def said(name: str, imaging: Imaging | None) -> tuple[str, bool] | None:
    found = evidence_for(ExperimentView(made_result(), None, imaging), name)
    return None if found is None else (found.text, found.in_part)


def test_without_images_nothing_is_claimed() -> None:
    assert {name: said(name, None) for name in IMAGING_EVIDENCE} == dict.fromkeys(IMAGING_EVIDENCE)
    assert 'id="imaging"' not in experiment_page(made_result())


def test_what_the_database_holds_is_claimed() -> None:
    assert said("imaging_protocol", IMAGING) == ("1 scanner; parameters of 10 of 12 patients", True)
    assert said("imaging_protocol", replace(IMAGING, described=12)) == (
        "1 scanner; parameters of 12 of 12 patients",
        False,
    )
    nameless = tuple(replace(one, scanner="") for one in IMAGING.protocols)
    assert said("imaging_protocol", replace(IMAGING, protocols=nameless, described=12)) == (
        "no scanner is named; parameters of 12 of 12 patients",
        True,
    )
    assert said("voxel_resampling", IMAGING) == ("none: on each image's own grid", False)
    assert said("discretization", IMAGING) == ("bins 25 HU wide", False)
    assert said("image_types", IMAGING) == ("original", False)
    classes = said("feature_classes", IMAGING)
    assert classes is not None
    assert "glcm" in classes[0]
    assert said("who_segmented", IMAGING) == ("network starter-tumor 1.0", True)
    drawn = said("segmentation", IMAGING)
    assert drawn is not None
    assert drawn[1]
    assert said("feature_parameters", IMAGING) == (
        f"the whole spec with its hash, {SPEC.hash[:12]}...",
        False,
    )


def test_of_hands_that_no_file_names_nothing_is_claimed() -> None:
    assert said("who_segmented", replace(IMAGING, masks=IMAGING.masks[:1])) is None
    networks = said("segmentation", replace(IMAGING, masks=IMAGING.masks[1:]))
    assert networks is not None
    assert not networks[1]


def test_several_specs_answer_in_part() -> None:
    two = replace(IMAGING, specs=(*IMAGING.specs, replace(IMAGING.specs[0], sha256="0" * 64)))
    for name in ("voxel_resampling", "discretization", "image_types", "feature_parameters"):
        found = said(name, two)
        assert found is not None
        assert found[1], name


@pytest.mark.parametrize("name", ["ibsi", "pyradiomics"])
def test_both_makes_of_spec_are_read(name: str) -> None:
    spec = profile_named(name)
    used = replace(IMAGING, specs=(FeatureSpecUsed(spec.hash, spec.canonical_json, ("HU",), 1),))
    for item in ("voxel_resampling", "discretization", "image_types", "feature_classes"):
        assert said(item, used), item


def test_the_page_shows_protocol_by_site_and_links_to_it() -> None:
    page = experiment_page(made_result(), None, IMAGING)
    for text in ("SIEMENS Skyra 3 T", "not stated", "0.9 to 1", "&lt;fl3d&gt;", "2019-01-02", SPEC.hash[:12]):
        assert text in page, text
    assert 'id="imaging"' in page
    wanted = {i.evidence for c in checklists() for i in c.items}
    assert set(IMAGING_EVIDENCE) <= wanted
    assert page.count('href="#imaging"') > 9
