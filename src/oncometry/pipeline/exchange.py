"""A cohort to files of other programs: lesions as DICOM (SEG, RTSTRUCT, SR), BIDS, markups; readings as CDISC."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import oncometry
from oncometry.core import Code, Notice, OncometryError, UnsupportedError
from oncometry.io import (
    MaskTags,
    derived_uid,
    mask_path,
    write_rtstruct,
    write_seg,
    write_segmentation,
    write_text,
)
from oncometry.io.lesion_drawing import LesionDrawing
from oncometry.io.markups import write_markups
from oncometry.io.write_sr import write_sr
from oncometry.pipeline.exchange_cdisc import exchange_cdisc
from oncometry.pipeline.exchange_reads import place_of, reader_label, unwritten, visit_reads
from oncometry.pipeline.folder import CohortFolder
from oncometry.pipeline.lesion_visits import LesionVisit, lesion_visits
from oncometry.pipeline.settings import load_settings
from oncometry.store import Store

__all__ = ["CDISC", "EXCHANGE_FORMATS", "Exchanged", "exchange"]


CDISC = "cdisc"
"""The format that holds a whole cohort instead of a visit."""


@dataclass(frozen=True)
class Exchanged:
    """The files written, what could not be, with its code, and what a format has no place for."""

    files: tuple[Path, ...]
    notices: tuple[Notice, ...] = ()
    losses: tuple[Notice, ...] = ()


def exchange(folder: CohortFolder, store: Store, output: Path, formats: Collection[str]) -> Exchanged:
    """Write every followed lesion of a cohort, each with its tracking UID, or what readers say of it.

    Args:
        formats: of `EXCHANGE_FORMATS`, and CDISC; a folder of that name is made for each.

    A mask that cannot be read, or not be written in a format, is left out and said; the others are written.
    """
    lesions = _exchange_visits(folder, store, output, [name for name in formats if name != CDISC])
    if CDISC not in formats:
        return lesions
    tables = exchange_cdisc(store, output / CDISC)
    return Exchanged(lesions.files + tables.files, lesions.notices + tables.left_out, tables.losses)


def _exchange_visits(folder: CohortFolder, store: Store, output: Path, formats: Collection[str]) -> Exchanged:
    if not formats:
        return Exchanged(())
    settings = load_settings(folder.path / "settings.yaml")
    files: list[Path] = []
    notices: list[Notice] = []
    waiting = visit_reads(store) if "dicom" in formats else {}
    for read in lesion_visits(folder.path, store, settings):
        try:
            visit = read()
        except OncometryError as error:
            notices.append(_told(error))
            continue
        for name in formats:
            _take(EXCHANGE_FORMATS[name](visit, output / name), files, notices)
        if visit.slices and (readers := waiting.pop(place_of(visit), None)):
            _take(_reports(visit, readers, output / "dicom"), files, notices)
    notices += unwritten(waiting)
    if "bids" in formats and files:
        files.append(_describe(output / "bids"))
    return Exchanged(tuple(files), tuple(notices))


def _take(written: Iterator[Path], files: list[Path], notices: list[Notice]) -> None:
    """The files of a format, or why it has not all of them."""
    try:
        files += written
    except OncometryError as error:
        if error.code is Code.WRITE_FAILED:
            raise
        notices.append(_told(error))


def _told(error: OncometryError) -> Notice:
    return Notice(error.code, error.told, None if error.path is None else str(error.path))


def _stem(visit: LesionVisit) -> Path:
    """'sub-P1/ses-01/sub-P1_ses-01_desc-mask1234abcd', as the cohort names the mask."""
    path = mask_path(visit.subject, visit.mask, visit.series)
    return path.parents[1] / path.name.removesuffix("_dseg.nii.gz")


def _dicom(visit: LesionVisit, output: Path) -> Iterator[Path]:
    """A SEG, an RTSTRUCT and an SR in the study of the images.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`: the images are no DICOM slices; `DATE_MISSING`.
        GeometryError: `GEOMETRY_MISMATCH`: the mask is not on the grid of its image.
    """
    slices = visit.slices
    if not slices:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            "it was not drawn on DICOM images of one slice a file, which DICOM objects have to refer to.",
            path=visit.mask.path,
            advice="Export it with --to bids or --to markups.",
        )
    stem = output / _stem(visit)
    seg, rtstruct, sr = (stem.with_name(f"{stem.name}_{kind}.dcm") for kind in ("seg", "rtstruct", "sr"))
    write_seg(visit.segmentation, slices, seg, _tags(visit, "SEG", 901))
    yield seg
    write_rtstruct(visit.segmentation, slices, rtstruct, _tags(visit, "RTSTRUCT", 902))
    yield rtstruct
    write_sr(visit.drawings, slices, sr, _tags(visit, "SR", 903), seg)
    yield sr


def _reports(
    visit: LesionVisit, readers: Mapping[str, Sequence[LesionDrawing]], output: Path
) -> Iterator[Path]:
    """An SR of each reader; reads have no lines, so they need no grid."""
    stem = output / _stem(visit)
    for reader, drawings in sorted(readers.items()):
        label = reader_label(reader)
        path = stem.with_name(f"{stem.name}_reader-{label}_sr.dcm")
        read = replace(visit, drawings=tuple(drawings))
        write_sr(drawings, visit.slices, path, _tags(read, f"SR {label}", 904))
        yield path


def _tags(visit: LesionVisit, kind: str, number: int) -> MaskTags:
    """The series of one mask stays the same, the object is another where anything in it is."""
    day = visit.mask.acquired or (visit.series.acquired if visit.series else None)
    if day is None:
        raise UnsupportedError(Code.DATE_MISSING, "its study has no date.", path=visit.mask.path)
    content = hashlib.sha256(repr([vars(d.reading) for d in visit.drawings]).encode())
    for segment in visit.segmentation:
        content.update(
            f"{segment.start} {segment.name} {segment.tracking_uid}".encode() + segment.array.tobytes()
        )
    made_by = visit.mask.made_by
    return MaskTags(
        series_instance_uid=derived_uid(kind, visit.mask.key, "series"),
        sop_instance_uid=derived_uid(kind, visit.mask.key, content.hexdigest()),
        number=number,
        description=f"Oncometry lesions {kind}",
        acquired=day,
        manufacturer="oncometry",
        model="oncometry",
        software_version=oncometry.__version__,
        algorithm=None if made_by is None else (made_by.network, made_by.version),
    )


def _bids(visit: LesionVisit, output: Path) -> Iterator[Path]:
    """A label map with its table and sidecar."""
    named = mask_path(visit.subject, visit.mask, visit.series)
    path = named.with_name(named.name.replace("_desc-mask", "_desc-lesions"))
    for file in write_segmentation(visit.parts, output, path):
        yield output / file.path


def _markups(visit: LesionVisit, output: Path) -> Iterator[Path]:
    """Longest diameter and perpendicular of every whole lesion."""
    wholes: dict[str, int] = {}
    for n, drawing in enumerate(visit.drawings):
        wholes.setdefault(drawing.reading.lesion, n)
    drawn = [visit.drawings[n] for n in wholes.values() if visit.drawings[n].longest is not None]
    if drawn:
        stem = output / _stem(visit)
        path = stem.with_name(f"{stem.name}.mrk.json")
        write_markups(drawn, path)
        yield path


def _describe(folder: Path) -> Path:
    content = {
        "Name": "Followed lesions",
        "BIDSVersion": "1.10.0",
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": "oncometry", "Version": oncometry.__version__}],
    }
    write_text(folder / "dataset_description.json", json.dumps(content, indent=1) + "\n")
    return folder / "dataset_description.json"


EXCHANGE_FORMATS: Mapping[str, Callable[[LesionVisit, Path], Iterator[Path]]] = MappingProxyType(
    {"dicom": _dicom, "bids": _bids, "markups": _markups}
)
"""Format -> what writes a visit in it."""
