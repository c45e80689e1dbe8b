"""NIfTI and NRRD files into series and mask records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from oncometry.core import Code, Contrast, Modality, Notice, Unit
from oncometry.io.acquisition import clues_of, from_description, from_sidecar
from oncometry.io.classify import classify
from oncometry.io.labelmap import names_sha256
from oncometry.io.layouts import Identity
from oncometry.io.manifest import FileKind, InstanceRef, MaskKind, MaskRecord, SeriesRecord
from oncometry.io.names import session_date, stem_of
from oncometry.io.orthogonal import orthogonal_grid
from oncometry.io.plausible import implausible, unequal
from oncometry.io.read import parse_volume_file
from oncometry.io.settings import CurateSettings
from oncometry.io.volume_content import VolumeContent
from oncometry.io.volume_file import VolumeFile

__all__ = ["SourceFile", "describe_file", "sidecar_of"]

PET, CT = (Contrast.PET,), (Contrast.CT, Contrast.CT_CONTRAST)


@dataclass(frozen=True)
class SourceFile:
    """A NIfTI or NRRD file with what its voxels and its place say, and its sidecar's content."""

    path: Path
    sha256: str
    kind: FileKind
    content: VolumeContent
    identity: Identity
    sidecar: Mapping[str, object]


def sidecar_of(path: Path) -> Path:
    """Where the BIDS sidecar of an image lies."""
    return path.with_name(f"{stem_of(path.name)}.json")


def describe_file(source: SourceFile, settings: CurateSettings) -> list[SeriesRecord] | MaskRecord:
    """One record for each volume of an image, or one for a mask. The payload was checked at the first look.

    Raises:
        CorruptInputError, GeometryError, UnsupportedError: as the readers of the format.
    """
    header, content = parse_volume_file(source.path, source.kind, settings.geometry), source.content
    mask, why = source.identity.is_mask, source.identity.evidence
    if mask is None:
        mask, why = content.is_mask, content.evidence
    if content.trailing:
        header = header.noting(Code.TRAILING, f"{content.trailing} bytes follow the voxels; ignored.")
    if content.nonfinite:
        what = f"{content.nonfinite} of {header.voxels} voxels are NaN or infinite; a region that holds one has no intensities."
        header = header.noting(Code.NONFINITE_VOXELS, what)
    header = _checked(header)
    if mask:
        return _mask(source, header, why)
    return [_series(source, header, n, settings, why) for n in range(header.volumes)]


def _checked(header: VolumeFile) -> VolumeFile:
    """With notices on shear, several volumes and lengths."""
    if not header.geometry.is_orthogonal:
        header = header.noting(Code.SHEARED, "the affine is sheared; resampled to the orthogonal grid.")
    if header.volumes > 1:
        header = header.noting(Code.SPLIT_4D, f"the file holds {header.volumes} volumes; taken apart.")
    what = unequal(header.geometry.spacing_mm)
    if what:
        header = header.noting(Code.PIXELS_NOT_SQUARE, what)
    odd = implausible(header.geometry, str(header.path))
    return replace(header, notices=(*header.notices, odd)) if odd else header


def _mask(source: SourceFile, header: VolumeFile, why: str) -> MaskRecord:
    session = source.identity.session
    return MaskRecord(
        key=f"sha256:{source.sha256}",
        patient_id=source.identity.patient_id,
        kind=MaskKind.NIFTI if source.kind is FileKind.NIFTI else MaskKind.NRRD,
        path=source.path,
        sha256=source.sha256,
        session=session,
        acquired=session_date(session),
        description=f"{stem_of(source.path.name)} ({why})",
        hints=source.identity.hints,
        names_sha256=names_sha256(source.path),
        notices=header.notices,
    )


def _series(
    source: SourceFile, header: VolumeFile, volume: int, settings: CurateSettings, why: str
) -> SeriesRecord:
    grid = header.geometry if header.geometry.is_orthogonal else orthogonal_grid(header.geometry)
    parameters = {**from_description(header.text), **from_sidecar(source.sidecar)}
    session, name = source.identity.session, stem_of(source.path.name)
    modality = _modality(source)
    texts = (_without(name, session), str(source.sidecar.get("SeriesDescription", "")))
    clues = clues_of(parameters, modality, texts, source.identity.channel, settings.contrast_map)
    found = classify(clues)
    if modality is Modality.UNKNOWN:
        modality = _modality_of(found.contrast)
    key = f"sha256:{source.sha256}" + (f"#{volume + 1}" if volume else "")
    notices = header.notices
    if modality is Modality.PT:
        what = "the unit of PET values is not stated in this format: arbitrary units, not SUVbw."
        notices = (*notices, Notice(Code.UNIT_UNKNOWN, what, str(source.path)))
    return SeriesRecord(
        key=key,
        patient_id=source.identity.patient_id,
        kind=source.kind,
        instances=(InstanceRef(source.path, sha256=source.sha256),),
        geometry=grid,
        modality=modality,
        contrast=found.contrast,
        confidence=found.confidence,
        evidence=f"{found.evidence}; {why}" if why else found.evidence,
        unit=Unit.HU if modality is Modality.CT else Unit.ARBITRARY,
        acquired=session_date(session),
        session=session,
        description=name,
        frame=volume if header.volumes > 1 else None,
        acquisition=parameters,
        notices=notices,
    )


def _without(name: str, session: str | None) -> str:
    """The name without its session words: 'Post' of a visit says nothing about contrast."""
    if not session:
        return name
    words = name.replace("-", "_").split("_")
    return "_".join(w for w in words if w.lower() != session.lower())


def _modality(source: SourceFile) -> Modality:
    stated = str(source.sidecar.get("Modality", "")).upper()
    known = {"MR": Modality.MR, "CT": Modality.CT, "PT": Modality.PT}
    return known.get(stated, Modality.UNKNOWN)


def _modality_of(contrast: Contrast) -> Modality:
    if contrast in CT:
        return Modality.CT
    if contrast in PET:
        return Modality.PT
    return Modality.UNKNOWN if contrast is Contrast.UNKNOWN else Modality.MR
