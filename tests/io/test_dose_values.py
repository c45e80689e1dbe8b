"""RTDOSE in gray, RTPLAN and DVHSequence as they stand, and the folder in which they belong together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import RTPlanStorage

from oncometry.core import (
    Code,
    CorruptInputError,
    GeometryError,
    NothingFoundError,
    OncometryError,
    UnsupportedError,
)
from oncometry.io.dose_folder import find_dose_objects
from oncometry.io.dose_histograms import read_histograms
from oncometry.io.dose_values import read_dose
from oncometry.io.plan import read_plan
from oncometry.io.write_dicom import encode_dataset, file_dataset

from .test_dose import STORED, dose


@pytest.mark.parametrize(
    ("offsets", "order"),
    [([0.0, 3.0, 6.0], [0, 1, 2]), ([0.0, -3.0, -6.0], [2, 1, 0]), ([-30.0, -27.0, -24.0], [0, 1, 2]),
     ([0.0, 6.0, 3.0], [0, 2, 1])],
)  # fmt: skip
def test_frames_lie_where_they_say(tmp_path: Path, offsets: list[float], order: list[int]) -> None:
    read = read_dose(dose(tmp_path / "d.dcm", GridFrameOffsetVector=offsets))
    assert read.geometry.shape == read.values_gy.shape == (5, 4, 3)
    for k, frame in enumerate(order):
        np.testing.assert_allclose(read.values_gy[:, :, k], STORED[frame].T * 0.01, rtol=1e-6)
    assert read.is_whole_course
    assert read.notices == ()


def test_sixteen_bits(tmp_path: Path) -> None:
    stored = STORED.astype(np.uint16)
    bits = {"BitsAllocated": 16, "BitsStored": 16, "HighBit": 15, "PixelData": stored.tobytes()}
    read = read_dose(dose(tmp_path / "d.dcm", **bits))
    assert read.max_gy == pytest.approx(0.59)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"DoseUnits": "RELATIVE"}, UnsupportedError, Code.DOSE_QUANTITY),
        ({"DoseUnits": None}, UnsupportedError, Code.DOSE_QUANTITY),
        ({"DoseType": "ERROR"}, UnsupportedError, Code.DOSE_QUANTITY),
        ({"DoseType": None}, UnsupportedError, Code.DOSE_QUANTITY),
        ({"DoseGridScaling": None}, CorruptInputError, Code.SCALING),
        ({"DoseGridScaling": 0}, CorruptInputError, Code.SCALING),
        ({"DoseGridScaling": -0.01}, CorruptInputError, Code.SCALING),
        ({"PixelData": STORED[:2].tobytes()}, CorruptInputError, None),
        ({"GridFrameOffsetVector": [0.0, 3.0, 9.0]}, GeometryError, Code.SLICES_INCONSISTENT),
    ],
)
def test_doses_that_are_refused(
    tmp_path: Path, changes: dict[str, object], error: type[OncometryError], code: Code | None
) -> None:
    with pytest.raises(error) as caught:
        read_dose(dose(tmp_path / "d.dcm", **changes))
    assert code is None or caught.value.code is code
    assert caught.value.path == tmp_path / "d.dcm"


@pytest.mark.parametrize("summation", ["FRACTION", "BEAM", "BRACHY", "CONTROL_POINT", "RECORD", None])
def test_what_need_not_be_the_whole_course_is_said(tmp_path: Path, summation: str | None) -> None:
    read = read_dose(dose(tmp_path / "d.dcm", DoseSummationType=summation))
    assert not read.is_whole_course
    assert [n.code for n in read.notices] == [Code.DOSE_NOT_COURSE]
    assert read_dose(dose(tmp_path / "s.dcm", DoseSummationType="MULTI_PLAN")).is_whole_course


def test_odd_values_are_said(tmp_path: Path) -> None:
    zero = read_dose(dose(tmp_path / "z.dcm", PixelData=np.zeros_like(STORED).tobytes()))
    assert [n.code for n in zero.notices] == [Code.CONSTANT]
    hot = read_dose(dose(tmp_path / "h.dcm", DoseGridScaling=100.0))
    assert [n.code for n in hot.notices] == [Code.SCALING]


def _item(**values: object) -> Dataset:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def plan(path: Path, groups: list[Dataset], **changes: object) -> Path:
    dataset = file_dataset(RTPlanStorage, "1.2.7")
    values = {
        "Modality": "RTPLAN", "PatientID": "P1", "RTPlanLabel": "boost", "FractionGroupSequence": groups,
        "DoseReferenceSequence": [
            _item(DoseReferenceNumber=1, DoseReferenceStructureType="SITE", DoseReferenceType="TARGET",
                  DoseReferenceDescription="PTV", TargetPrescriptionDose=60.0),
            _item(DoseReferenceNumber=2, DoseReferenceStructureType="VOLUME", DoseReferenceType="ORGAN_AT_RISK",
                  OrganAtRiskMaximumDose=45.0, ReferencedROINumber=4),
        ],
        "ReferencedStructureSetSequence": [_item(ReferencedSOPClassUID="1.2", ReferencedSOPInstanceUID="1.2.4")],
        "PatientSetupSequence": [_item(PatientPosition="FFP", PatientSetupNumber=1)],
    }  # fmt: skip
    for keyword, value in {**values, **changes}.items():
        setattr(dataset, keyword, value)
    path.write_bytes(encode_dataset(dataset))
    return path


def group(number: int = 1, **more: object) -> Dataset:
    return _item(FractionGroupNumber=number, NumberOfBeams=3, NumberOfBrachyApplicationSetups=0, **more)


def test_a_plan(tmp_path: Path) -> None:
    read = read_plan(plan(tmp_path / "p.dcm", [group(NumberOfFractionsPlanned=30)]))
    assert (read.fractions, read.prescribed_gy, read.positions) == (30, 60.0, ("FFP",))
    assert (read.structure_set_uid, read.label, read.groups[0].beams) == ("1.2.4", "boost", 3)
    assert (read.prescriptions[1].maximum_gy, read.prescriptions[1].roi_number) == (45.0, 4)


def test_fractions_that_a_plan_leaves_open(tmp_path: Path) -> None:
    two = [group(1, NumberOfFractionsPlanned=25), group(2, NumberOfFractionsPlanned=5)]
    assert read_plan(plan(tmp_path / "p.dcm", two)).fractions is None
    assert read_plan(plan(tmp_path / "p.dcm", [group()])).fractions is None
    assert read_plan(plan(tmp_path / "p.dcm", [])).fractions is None
    with pytest.raises(CorruptInputError) as caught:
        read_plan(plan(tmp_path / "p.dcm", [group(NumberOfFractionsPlanned=0)]))
    assert caught.value.code is Code.HEADER_INCONSISTENT
    with pytest.raises(UnsupportedError) as other:
        read_plan(dose(tmp_path / "d.dcm"))
    assert other.value.code is Code.UNSUPPORTED_TYPE


def histogram(data: list[float], **changes: object) -> list[Dataset]:
    values = {
        "DVHReferencedROISequence": [_item(ReferencedROINumber=4, DVHROIContributionType="INCLUDED")],
        "DVHType": "CUMULATIVE", "DoseUnits": "GY", "DoseType": "PHYSICAL", "DVHDoseScaling": 2.0,
        "DVHVolumeUnits": "CM3", "DVHNumberOfBins": len(data) // 2, "DVHMaximumDose": 3.0, "DVHData": data,
    }  # fmt: skip
    return [_item(**{**values, **changes})]


def test_histograms_as_they_stand(tmp_path: Path) -> None:
    (read,) = read_histograms(dose(tmp_path / "d.dcm", DVHSequence=histogram([0.5, 10.0, 1.0, 4.0])))
    assert (read.roi_number, read.kind, read.max_tag, read.min_tag) == (4, "CUMULATIVE", 3.0, None)
    np.testing.assert_allclose(read.width, [1.0, 2.0])
    np.testing.assert_allclose(read.volume, [10.0, 4.0])
    assert read_histograms(dose(tmp_path / "n.dcm")) == ()
    joined = [_item(ReferencedROINumber=n, DVHROIContributionType="INCLUDED") for n in (1, 2)]
    (both,) = read_histograms(
        dose(tmp_path / "b.dcm", DVHSequence=histogram([0.5, 1.0], DVHReferencedROISequence=joined))
    )
    assert both.roi_number is None


@pytest.mark.parametrize(
    ("data", "changes"), [([0.5, 10.0, 1.0], {}), ([0.5, 10.0], {"DVHNumberOfBins": 7}), ([-0.5, 1.0], {})]
)
def test_histograms_that_are_none(tmp_path: Path, data: list[float], changes: dict[str, object]) -> None:
    with pytest.raises(CorruptInputError) as caught:
        read_histograms(dose(tmp_path / "d.dcm", DVHSequence=histogram(data, **changes)))
    assert caught.value.code is Code.HEADER_INCONSISTENT


def test_a_folder_without_what_is_needed(tmp_path: Path) -> None:
    dose(tmp_path / "d.dcm")
    with pytest.raises(NothingFoundError) as caught:
        find_dose_objects(tmp_path)
    assert "no RTSTRUCT" in caught.value.what
    with pytest.raises(NothingFoundError):
        find_dose_objects(tmp_path / "d.dcm")
