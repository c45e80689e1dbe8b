"""What is wrong with a SEG by the standard, and whether it could be read all the same.

Many segmentations in archives were written before the programs that wrote them were right: their segments are not
numbered from 1 (dcmqi issue 69), they refer to no images (dcmqi issue 439), their frames do not say of which segment
they are (OHIF issue 2252), or attributes that must be there are not. Attributes and conditions are those of
PS3.3 A.51, C.8.20.2, C.8.20.3 and C.7.6.16.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydicom.dataset import Dataset

from oncometry.core import Code, Notice
from oncometry.io.dicom_header import text_of

__all__ = ["seg_faults", "seg_notice"]

PIXELS = {"BINARY": (1, 1, 0), "FRACTIONAL": (8, 8, 7)}
"""Bits allocated and stored, high bit (PS3.3 C.8.20.2); a label map has 8 or 16."""
OF_A_SEGMENT = {
    "SegmentLabel": "no label",
    "SegmentAlgorithmType": "no algorithm type",
    "SegmentedPropertyCategoryCodeSequence": "no coded category",
    "SegmentedPropertyTypeCodeSequence": "no coded type",
}


def seg_notice(dataset: Dataset, path: str) -> tuple[Notice, ...]:
    """One notice that names all faults of a SEG which was read; () for a sound one."""
    faults = list(seg_faults(dataset))
    if not faults:
        return ()
    what = f"the SEG is not valid by the standard: {'; '.join(faults)}. It was used all the same."
    return (Notice(Code.SEG_INVALID, what, path),)


def seg_faults(dataset: Dataset) -> Iterator[str]:
    """What a SEG lacks or has wrong, in words."""
    yield from _of_pixels(dataset)
    yield from _of_segments(dataset)
    yield from _of_frames(dataset)
    if not text_of(dataset, "FrameOfReferenceUID"):
        yield "no frame of reference: that it lies in its image's is taken on trust"
    if not _names_images(dataset):
        yield "it names no image that it was drawn on"


def _of_pixels(dataset: Dataset) -> Iterator[str]:
    kind = text_of(dataset, "SegmentationType")
    if kind not in ("BINARY", "FRACTIONAL", "LABELMAP"):
        yield f"segmentation type {kind or 'absent'}, read as BINARY"
    stored = tuple(int(dataset.get(k) or 0) for k in ("BitsAllocated", "BitsStored", "HighBit"))
    if kind in PIXELS and stored != PIXELS[kind]:
        yield f"{kind} with {stored[0]} bits allocated, {stored[1]} stored, high bit {stored[2]}"
    if int(dataset.get("PixelRepresentation") or 0) != 0:
        yield "signed pixels"
    if not text_of(dataset, "LossyImageCompression"):
        yield "not said whether its pixels were compressed with loss"
    if kind == "FRACTIONAL" and not text_of(dataset, "SegmentationFractionalType"):
        yield "not said whether fractions are probabilities or occupancy"
    if kind == "FRACTIONAL" and not dataset.get("MaximumFractionalValue"):
        yield "no maximum fractional value: 255 was taken as the whole"


def _of_segments(dataset: Dataset) -> Iterator[str]:
    items = list(dataset.get("SegmentSequence") or [])
    numbers = sorted(int(item.get("SegmentNumber") or 0) for item in items)
    counted = text_of(dataset, "SegmentationType") != "LABELMAP"
    if counted and numbers != list(range(1, len(numbers) + 1)):
        shown = ", ".join(map(str, numbers[:8])) + (" ..." if len(numbers) > 8 else "")
        yield f"segments numbered {shown}, not from 1 in steps of 1"
    for keyword, what in OF_A_SEGMENT.items():
        lacking = [str(item.get("SegmentNumber")) for item in items if not item.get(keyword)]
        if lacking:
            yield f"{what} of segment {', '.join(lacking[:8])}"
    for item in items:
        automatic = text_of(item, "SegmentAlgorithmType") in ("AUTOMATIC", "SEMIAUTOMATIC")
        if automatic and not text_of(item, "SegmentAlgorithmName"):
            yield f"no algorithm name of segment {item.get('SegmentNumber')}"


def _of_frames(dataset: Dataset) -> Iterator[str]:
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    if text_of(dataset, "SegmentationType") != "LABELMAP":
        unsaid = sum("SegmentIdentificationSequence" not in item for item in frames)
        if unsaid and "SegmentIdentificationSequence" not in shared:
            yield f"{unsaid} frames do not say of which segment they are"
    measures = (shared.get("PixelMeasuresSequence") or [Dataset()])[0]
    if "PixelMeasuresSequence" in shared and not text_of(measures, "SliceThickness"):
        yield "no slice thickness"
    yield from _of_dimensions(dataset)


def _of_dimensions(dataset: Dataset) -> Iterator[str]:
    dimensions = list(dataset.get("DimensionIndexSequence") or [])
    if not dimensions or not dataset.get("DimensionOrganizationSequence"):
        yield "no dimension index"
        return
    wrong = 0
    for frame in dataset.get("PerFrameFunctionalGroupsSequence") or []:
        content = (frame.get("FrameContentSequence") or [Dataset()])[0]
        values = content.get("DimensionIndexValues")
        count = 0 if values is None else len(values) if hasattr(values, "__len__") else 1
        wrong += count != len(dimensions)
    if wrong:
        yield f"{wrong} frames have another number of dimension indices than the {len(dimensions)} declared"


def _names_images(dataset: Dataset) -> bool:
    if dataset.get("ReferencedSeriesSequence"):
        return True
    shared = list(dataset.get("SharedFunctionalGroupsSequence") or [])
    frames = list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
    return any(item.get("DerivationImageSequence") for item in (*shared, *frames))
