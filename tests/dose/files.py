"""RTDOSE, RTSTRUCT and RTPLAN files made to order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import RTDoseStorage, RTPlanStorage, RTStructureSetStorage

from oncometry.core.dose import Dose
from oncometry.io.write_dicom import encode_dataset, file_dataset

Array = NDArray[np.float64]
FRAME, STUDY = "1.9", "1.2"


def _save(dataset: Dataset, path: Path, values: Mapping[str, object], changes: Mapping[str, object]) -> Path:
    for keyword, value in {**values, **changes}.items():
        if value is not None:
            setattr(dataset, keyword, value)
    if "PixelData" in dataset:
        dataset["PixelData"].VR = "OW"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_dataset(dataset))  # type: ignore[arg-type]
    return path


def _item(**values: object) -> Dataset:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def plan_named(uid: str) -> Dataset:
    """How a dose names a plan."""
    return _item(ReferencedSOPClassUID=RTPlanStorage, ReferencedSOPInstanceUID=uid)


def write_dose(
    path: Path, dose: Dose, *, absolute: bool = False, descending: bool = False, **changes: object
) -> Path:
    """The dose as a planning system writes it: 32 bits, offsets relative or (`absolute`) patient coordinates."""
    geometry = dose.geometry
    step = geometry.spacing_mm[2]
    frames = dose.values_gy.transpose(2, 1, 0)
    offsets, position = np.arange(len(frames)) * step, np.array(geometry.origin_lps_mm)
    if descending:
        frames, position, offsets = frames[::-1], position + geometry.direction[:, 2] * offsets[-1], -offsets
    if absolute:
        offsets = position[2] + offsets * geometry.direction[2, 2]
    scaling = max(float(dose.values_gy.max()), 1e-6) / 4e9
    stored = np.round(np.asarray(frames, dtype=np.float64) / scaling).astype("<u4")
    values = {
        "PatientID": "P1", "PatientName": "P1", "StudyInstanceUID": STUDY, "SeriesInstanceUID": "1.2.9", "StudyDate": "20200102",
        "FrameOfReferenceUID": FRAME, "Modality": "RTDOSE",
        "ImagePositionPatient": position.tolist(), "ImageOrientationPatient": geometry.direction[:, :2].T.ravel().tolist(),
        "PixelSpacing": [geometry.spacing_mm[1], geometry.spacing_mm[0]], "GridFrameOffsetVector": offsets.tolist(),
        "DoseUnits": "GY", "DoseType": "PHYSICAL", "DoseSummationType": "PLAN", "DoseGridScaling": f"{scaling:.10e}",
        "NumberOfFrames": len(frames), "Rows": geometry.shape[1], "Columns": geometry.shape[0], "BitsAllocated": 32,
        "BitsStored": 32, "HighBit": 31, "SamplesPerPixel": 1, "PixelRepresentation": 0,
        "PhotometricInterpretation": "MONOCHROME2", "PixelData": stored.tobytes(),
        "ReferencedRTPlanSequence": [plan_named("1.2.7")],
    }  # fmt: skip
    return _save(file_dataset(RTDoseStorage, "1.2.3"), path, values, changes)


def write_structures(path: Path, rois: Mapping[str, Sequence[Array]], **changes: object) -> Path:
    """Regions by name, numbered from 1."""
    drawn = [
        _item(
            ReferencedROINumber=number,
            ContourSequence=[
                _item(
                    ContourGeometricType="CLOSED_PLANAR",
                    NumberOfContourPoints=len(c),
                    ContourData=[f"{x:.6f}" for x in c.ravel()],
                )
                for c in contours
            ],
        )
        for number, contours in enumerate(rois.values(), start=1)
    ]
    values = {
        "PatientID": "P1", "PatientName": "P1", "StudyInstanceUID": STUDY, "SeriesInstanceUID": "1.2.8", "StudyDate": "20200102",
        "FrameOfReferenceUID": FRAME, "Modality": "RTSTRUCT", "StructureSetLabel": "S",
        "StructureSetROISequence": [
            _item(ROINumber=n, ROIName=name, ReferencedFrameOfReferenceUID=FRAME, ROIGenerationAlgorithm="MANUAL")
            for n, name in enumerate(rois, start=1)
        ],
        "ROIContourSequence": drawn,
        "RTROIObservationsSequence": [
            _item(ObservationNumber=n, ReferencedROINumber=n, RTROIInterpretedType="ORGAN", ROIInterpreter="")
            for n, _ in enumerate(rois, start=1)
        ],
    }  # fmt: skip
    return _save(file_dataset(RTStructureSetStorage, "1.2.4"), path, values, changes)


def write_plan(path: Path, *fractions: int, prescribed_gy: float | None = 60.0, **changes: object) -> Path:
    """A plan with a fraction group for each number."""
    values = {
        "PatientID": "P1", "PatientName": "P1", "StudyInstanceUID": STUDY, "SeriesInstanceUID": "1.2.6", "StudyDate": "20200102",
        "Modality": "RTPLAN", "RTPlanLabel": "plan", "ApprovalStatus": "APPROVED", "FrameOfReferenceUID": FRAME,
        "FractionGroupSequence": [
            _item(FractionGroupNumber=n, NumberOfFractionsPlanned=f, NumberOfBeams=2, NumberOfBrachyApplicationSetups=0)
            for n, f in enumerate(fractions, start=1)
        ],
        "PatientSetupSequence": [_item(PatientPosition="HFS", PatientSetupNumber=1)],
    }  # fmt: skip
    if prescribed_gy is not None:
        values["DoseReferenceSequence"] = [
            _item(
                DoseReferenceNumber=1, DoseReferenceStructureType="SITE", DoseReferenceType="TARGET",
                DoseReferenceDescription="PTV", TargetPrescriptionDose=prescribed_gy,
            )
        ]  # fmt: skip
    return _save(file_dataset(RTPlanStorage, "1.2.7"), path, values, changes)
