"""Segmentations to DICOM SEG (PS3.3 A.51), by highdicom; segments may overlap."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileDataset
from pydicom.sr.coding import Code as Coded
from pydicom.uid import ExplicitVRLittleEndian

from oncometry.core import Code, Compartment, GeometryError, LabelError, Segment, Segmentation
from oncometry.io.dicom_tags import MaskTags, derived_uid
from oncometry.io.files import WrittenFile, write_bytes
from oncometry.io.reproducible import settle
from oncometry.io.write_dicom import encode_dataset

__all__ = ["source_slices", "write_seg"]

ABNORMAL = Coded("49755003", "SCT", "Morphologically Abnormal Structure")
NEOPLASM = Coded("108369006", "SCT", "Neoplasm")
TYPES = {
    Compartment.WHOLE: NEOPLASM,
    Compartment.CORE: NEOPLASM,
    Compartment.ENHANCING: Coded("C113842", "NCIt", "Enhancing Lesion"),
    Compartment.NON_ENHANCING: Coded("C81175", "NCIt", "Non-Enhancing Lesion"),
    Compartment.NECROSIS: Coded("6574001", "SCT", "Necrosis"),
    Compartment.CYST: Coded("367643001", "SCT", "Cyst"),
    Compartment.EDEMA: Coded("79654002", "SCT", "Edema"),
}
"""DICOM CID 7159, Lesion Segmentation Types."""
ARTIFICIAL_INTELLIGENCE = Coded("123110", "DCM", "Artificial Intelligence")
OTHER = Coded("52988006", "SCT", "Lesion")
PLANE_MM = 1e-3


def write_seg(
    segmentation: Segmentation, source_series: Sequence[Path], path: Path, tags: MaskTags
) -> WrittenFile:
    """Write a SEG of the same bytes for the same input: BINARY, or FRACTIONAL where all segments have a probability.

    Segments are numbered from 1 in their order, as the standard asks; labels keep their names.

    Args:
        source_series: the slices it was drawn on, in any order; their grid is the segmentation's.

    Raises:
        LabelError: `MASK_EMPTY`.
        GeometryError: `GEOMETRY_MISMATCH` where the slices are not those of the grid.
    """
    if not any(s.voxels for s in segmentation):
        raise LabelError(Code.MASK_EMPTY, "no segment has a voxel: a SEG needs a frame.", path=path)
    slices = source_slices(source_series, segmentation)
    fractional = all(s.probability is not None for s in segmentation)
    described = [_describe(n, s, tags) for n, s in enumerate(segmentation, start=1)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = hd.seg.Segmentation(
            source_images=slices,
            pixel_array=_frames(segmentation, fractional),
            segmentation_type="FRACTIONAL" if fractional else "BINARY",
            segment_descriptions=described,
            series_instance_uid=tags.series_instance_uid,
            series_number=tags.number,
            sop_instance_uid=tags.sop_instance_uid,
            instance_number=1,
            manufacturer=tags.manufacturer or "oncometry",
            manufacturer_model_name=tags.model or "oncometry",
            software_versions=tags.software_version or "1",
            device_serial_number="1",
            transfer_syntax_uid=ExplicitVRLittleEndian,
            series_description=tags.description,
        )
    settle(made, tags)
    made.ContentLabel = "SEGMENTATION"
    return write_bytes(path, encode_dataset(made))


def source_slices(source_series: Sequence[Path], segmentation: Segmentation) -> list[FileDataset]:
    """The slices, k = 0 first, held against the segmentation's grid.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH`.
    """
    grid = segmentation.geometry
    slices = [pydicom.dcmread(p, stop_before_pixels=True) for p in source_series]
    slices.sort(key=lambda d: float(grid.to_index([float(x) for x in d.ImagePositionPatient])[2]))
    origins = np.array([[float(x) for x in d.ImagePositionPatient] for d in slices])
    expected = grid.to_world([(0, 0, k) for k in range(grid.shape[2])])
    same = origins.shape == expected.shape and bool(np.abs(origins - expected).max() <= PLANE_MM)
    if not same or any((d.Columns, d.Rows) != grid.shape[:2] for d in slices):
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"the segmentation is on {grid.describe()}; the {len(slices)} slices begin at "
            f"{origins[0].round(3).tolist()}.",
            path=source_series[0],
        )
    return slices


def _describe(number: int, segment: Segment, tags: MaskTags) -> hd.seg.SegmentDescription:
    label = segment.name or str(segment.number)
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=label[:64],
        segmented_property_category=ABNORMAL,
        segmented_property_type=TYPES.get(segment.compartment, OTHER),
        algorithm_type="MANUAL" if tags.algorithm is None else "AUTOMATIC",
        algorithm_identification=None if tags.algorithm is None else _algorithm(*tags.algorithm),
        tracking_uid=segment.tracking_uid or derived_uid(tags.sop_instance_uid, "segment", number),
        tracking_id=segment.tracking_id or label[:64],
    )


def _algorithm(name: str, version: str) -> hd.AlgorithmIdentificationSequence:
    return hd.AlgorithmIdentificationSequence(
        name=name[:64], family=ARTIFICIAL_INTELLIGENCE, version=version[:64]
    )


def _frames(segmentation: Segmentation, fractional: bool) -> NDArray[np.uint8] | NDArray[np.float32]:
    """(frames, rows, columns, segments), as highdicom takes them."""
    kind = np.float32 if fractional else np.uint8
    ni, nj, nk = segmentation.geometry.shape
    frames = np.zeros((nk, nj, ni, len(segmentation.segments)), dtype=kind)
    for n, segment in enumerate(segmentation):
        i, j, k = segment.box
        values = segment.probability if fractional and segment.probability is not None else segment.array
        frames[k, j, i, n] = values.T
    return frames
