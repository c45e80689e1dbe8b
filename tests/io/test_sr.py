"""SR TID 1500: written, valid, read back as it was; and what others write."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest
from tests.dicom_peers import dicom_errors

from oncometry.core import Code, Compartment, LesionStatus, SettingsError, UnsupportedError
from oncometry.core.reading import LesionReading, LesionRole, NonTargetState, Quantity
from oncometry.io import MaskTags, derived_uid, write_seg
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.io.read_sr import read_sr
from oncometry.io.write_sr import write_sr

Q = Quantity
VALUES = {
    Q.LONGEST_DIAMETER_MM: 10 / 3,
    Q.SHORT_AXIS_MM: 2.1,
    Q.PRODUCT_MM2: 7.0,
    Q.VOLUME_ML: 1.234567890123,
    Q.SUL_PEAK: 3.3,
    Q.TOTAL_LESION_GLYCOLYSIS_ML: 40.0,
}


def _reading(lesion: str, **more: Any) -> LesionReading:
    given = {"reader": "Reader^One", "role": None, "status": LesionStatus.MEASURED, **more}
    return LesionReading("P1", "02", 56, lesion=lesion, tracking_uid=derived_uid("lesion", lesion), **given)


DRAWINGS = (
    LesionDrawing(
        _reading(
            "L1", role=LesionRole.TARGET, values=VALUES, standard_errors={Q.LONGEST_DIAMETER_MM: 0.5}, organ="brain",
            is_node=False, compartment=Compartment.ENHANCING, slice_thickness_mm=5.0, accepted=True,
        ),
        longest=((0.5, 0.25, 12.5), (3.0, 1.0, 12.5)),
        perpendicular=((0.0, 1.0, 12.5), (1.0, -1.0, 12.5)),
        diameter_3d=((0.0, 1.0, 12.5), (1.0, -1.0, 17.5)),
        segment_number=3,
    ),
    LesionDrawing(
        _reading("node", role=LesionRole.NEW, values={Q.SHORT_AXIS_MM: 9.0}, organ="left hilum", is_node=True),
        longest=((0.5, 0.25, 12.5), (3.0, 1.0, 12.5)),
    ),
    LesionDrawing(_reading("L3", status=LesionStatus.ABSENT, reason="gone")),
    LesionDrawing(_reading("L4", role=LesionRole.NON_TARGET, state=NonTargetState.PROGRESSION, accepted=False)),
    *(LesionDrawing(_reading(f"s{n}", status=s, reason="why")) for n, s in enumerate(LesionStatus) if n),
    *(LesionDrawing(_reading(f"c{n}", values={Q.VOLUME_ML: n + 1.0}, compartment=c)) for n, c in enumerate(Compartment)),
)  # fmt: skip


@pytest.fixture
def written(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> Path:
    write_seg(made_study.segmentation, made_study.slices, tmp_path / "seg.dcm", mask_tags)
    tags = replace(mask_tags, sop_instance_uid=derived_uid("report"))
    write_sr(DRAWINGS, made_study.slices, tmp_path / "sr.dcm", tags, tmp_path / "seg.dcm")
    return tmp_path / "sr.dcm"


def test_nothing_is_lost_but_the_source(written: Path) -> None:
    read = read_sr(written)
    assert read.notices == ()
    for n, (before, after) in enumerate(zip(DRAWINGS, read.drawings, strict=True), start=1):
        for field in fields(LesionReading):
            if field.name != "sources":
                assert getattr(after.reading, field.name) == getattr(before.reading, field.name), field.name
        assert after.reading.sources == (f"sr.dcm: group {n}",)
        assert after.segment_number == before.segment_number
    first = read.drawings[0]
    for name in ("longest", "perpendicular", "diameter_3d"):
        np.testing.assert_allclose(getattr(first, name), getattr(DRAWINGS[0], name), atol=1e-4)


def test_dciodvfy_finds_no_error(written: Path) -> None:
    assert dicom_errors(written) == []
    assert dicom_errors(written.with_name("seg.dcm")) == []


def test_highdicom_finds_the_groups_by_tracking_uid(written: Path) -> None:
    """The same tracking UID finds the lesion in a reader that is not ours, with its segment."""
    report = hd.sr.srread(written).content
    (group,) = report.get_volumetric_roi_measurement_groups(tracking_uid=derived_uid("lesion", "L1"))
    assert group.tracking_identifier == "L1"
    assert group.reference_type.meaning == "Referenced Segment"
    (number,) = [m for m in group.get_measurements() if m.name.meaning == "Volume"]
    assert number.value == VALUES[Q.VOLUME_ML]


def test_same_input_same_bytes(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    plain = [replace(DRAWINGS[0], segment_number=None)]
    one = write_sr(plain, made_study.slices, tmp_path / "1.dcm", mask_tags)
    assert write_sr(plain, made_study.slices, tmp_path / "2.dcm", mask_tags) == one


def test_program_as_reader(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    ours = LesionDrawing(replace(DRAWINGS[2].reading, reader=""))
    write_sr([ours], made_study.slices, tmp_path / "sr.dcm", mask_tags)
    assert read_sr(tmp_path / "sr.dcm").drawings[0].reading.reader == ""


def test_one_report_one_reader(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    other = LesionDrawing(replace(DRAWINGS[2].reading, reader="Reader^Two"))
    with pytest.raises(SettingsError, match="one reader"):
        write_sr([DRAWINGS[2], other], made_study.slices, tmp_path / "sr.dcm", mask_tags)


def test_a_unit_that_is_none_is_not_a_number(written: Path) -> None:
    dataset = pydicom.dcmread(written)

    def spoil(_: object, element: pydicom.DataElement) -> None:
        if element.keyword == "CodeValue" and element.value == "ml":
            element.value = "[pt_us]"

    dataset.walk(spoil)
    dataset.save_as(written)
    read = read_sr(written)
    assert all(Q.VOLUME_ML not in d.reading.values for d in read.drawings)
    assert any("Volume in [pt_us]" in n.what and n.code is Code.CONTENT_UNREAD for n in read.notices)


def test_two_values_of_one_size_are_none(written: Path) -> None:
    dataset = pydicom.dcmread(written)
    for item in dataset.ContentSequence[-1].ContentSequence[0].ContentSequence:
        if item.ConceptNameCodeSequence[0].get("CodeValue") == "103340004":
            item.ConceptNameCodeSequence[0].CodeValue = "103339001"
    dataset.save_as(written)
    read = read_sr(written)
    assert Q.LONGEST_DIAMETER_MM not in read.drawings[0].reading.values
    assert "Long axis with two values" in read.notices[0].what


def test_no_report(made_study: Any) -> None:
    with pytest.raises(UnsupportedError):
        read_sr(made_study.slices[0])


def test_what_others_write(data_folder: Path) -> None:
    """dcmqi's tumor of a PET, and a nodule beside anatomy that is no lesion."""
    dcmqi = read_sr(data_folder / "dcmqi" / "sr-example" / "sr.dcm")
    (tumor,) = dcmqi.drawings
    assert tumor.reading.values == {Q.VOLUME_ML: 33.5824, Q.TOTAL_LESION_GLYCOLYSIS_ML: 202.008}
    assert (tumor.reading.reader, tumor.reading.timepoint, tumor.segment_number) == ("User2", "1", 1)
    assert "SUVbw Mean" in dcmqi.notices[0].what
    several = read_sr(data_folder / "highdicom" / "sr_document_with_multiple_groups.dcm")
    (nodule,) = several.drawings
    assert nodule.reading.values == {Q.LONGEST_DIAMETER_MM: 10.0}
    assert sum("no lesion" in n.what for n in several.notices) == 2
    assert read_sr(data_folder / "highdicom" / "sr_document.dcm").drawings == ()


def test_a_pair_as_ohif_writes_it(written: Path) -> None:
    """Long and short axis in the codes of SNOMED's old scheme, in centimeters."""
    dataset = pydicom.dcmread(written)
    old = {"103339001": "G-A185", "103340004": "G-A186"}

    def age(item: object, element: pydicom.DataElement) -> None:
        if element.keyword == "CodeValue" and element.value in old:
            item.CodingSchemeDesignator = "SRT"  # type: ignore[attr-defined]
            element.value = old[element.value]
        elif element.keyword == "CodeValue" and element.value == "mm":
            element.value = "cm"

    dataset.walk(age)
    dataset.save_as(written)
    values = read_sr(written).drawings[0].reading.values
    assert values[Q.LONGEST_DIAMETER_MM] == pytest.approx(100 / 3)
    assert values[Q.SHORT_AXIS_MM] == pytest.approx(21)
