"""The images that an experiment learned from: protocol by kind, site and scanner, masks, and how features were taken."""

from __future__ import annotations

import json

from oncometry.prediction.imaging import FeatureSpecUsed, Imaging, Protocol
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.formatting import count_text
from oncometry.report.grid import Grid, make_grid
from oncometry.report.section import Block, Folded, Section, Text

__all__ = ["imaging_section"]


def imaging_section(view: ExperimentView) -> Section | None:
    """None of an experiment that no image of a cohort stands behind."""
    imaging = view.imaging
    if imaging is None:
        return None
    blocks: list[Block] = [
        Text(_told(imaging)),
        _protocols(imaging),
        _masks(imaging),
        *(
            Folded(f"Spec of the features, SHA-256 {spec.sha256[:12]}..., {_of(spec)}", _indented(spec))
            for spec in imaging.specs
        ),
    ]
    return Section("imaging", "Images: protocol, masks and features", blocks, "Images")


def _told(imaging: Imaging) -> str:
    said = (
        f"Of {count_text(imaging.patients, 'patient')} with images, {imaging.described} have acquisition parameters "
        "for each of them, as the files state."
    )
    if imaging.first is not None and imaging.last is not None:
        said += (
            f" Acquired from {imaging.first.isoformat()} to {imaging.last.isoformat()}, as the files state."
        )
    said += " Features and sizes are taken from images as acquired."
    if imaging.prepared:
        said += f" Beside them the run made volumes by: {', '.join(imaging.prepared)}."
    return said


def _protocols(imaging: Imaging) -> Grid:
    has_sites = any(one.site for one in imaging.protocols)
    rows = [
        [
            one.kind,
            *([one.site or "not known"] if has_sites else []),
            one.scanner or "not stated",
            str(one.patients),
            str(one.series),
            *_spacing(one),
            "; ".join(f"{name} {value}" for name, value in one.stated) or "not stated",
        ]
        for one in imaging.protocols
    ]
    headings = [
        "Image",
        *(["Site"] if has_sites else []),
        "Scanner",
        "#Patients",
        "#Series",
        "In plane (mm)",
        "Between slices (mm)",
        "Stated besides",
    ]
    return make_grid("Protocol by kind of image, site and scanner", headings, rows)


def _spacing(one: Protocol) -> tuple[str, str]:
    if one.spacing_mm is None:
        return "not stated", "not stated"
    plane, across = (f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in one.spacing_mm)
    return plane, across


def _masks(imaging: Imaging) -> Grid:
    rows = [
        [one.by, "a network, seen by no reader" if one.is_network else "came with the images", str(one.masks)]
        for one in imaging.masks
    ]
    return make_grid("Masks of these patients", ["By, or kind of file", "Made", "#Masks"], rows)


def _of(spec: FeatureSpecUsed) -> str:
    return count_text(spec.regions, "region")


def _indented(spec: FeatureSpecUsed) -> str:
    return json.dumps(json.loads(spec.parameters), indent=1, ensure_ascii=False)
