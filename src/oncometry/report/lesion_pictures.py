"""The measured slices of a patient: per date, lesion and compartment, with the other sequences beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from oncometry.core import Code, Compartment, OncometryError
from oncometry.core.geometry import FloatArray
from oncometry.report.burden import CONTRAST_ORDER
from oncometry.report.display_plane import DisplayPlane, plane_of, plane_through
from oncometry.report.formatting import code_list, number_text, quantity_text
from oncometry.report.image_shelf import ImageShelf
from oncometry.report.picture import Drawn, bare_picture, field_of_view_mm, slice_picture
from oncometry.report.series_space import Bridge, between
from oncometry.report.settings import ReportSettings
from oncometry.report.tables import Row

__all__ = ["Gallery", "Picture", "picture_lesions"]

PICTURED = (Compartment.WHOLE, Compartment.ENHANCING, Compartment.CORE)
OFF_SLICE_VOXELS = 0.5


@dataclass(frozen=True)
class Picture:
    """A picture with its caption; `note` says what to be wary of, or why there is no picture."""

    drawing: Markup | None
    heading: str
    caption: str
    note: str = ""


@dataclass(frozen=True)
class Gallery:
    """The pictures of one measurement."""

    measurement: Row
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, eq=False)
class Scene:
    """What all pictures of one measurement share."""

    plane: DisplayPlane
    field_mm: float
    drawn: Drawn
    slice_index: int | None


def picture_lesions(
    measurements: Sequence[Row],
    series: Sequence[Row],
    registrations: Sequence[Row],
    shelf: ImageShelf,
    settings: ReportSettings,
) -> list[Gallery]:
    """Pictures of the largest lesions in order of date, so that each image is read once.

    `whole` is shown on every series of the date that has no picture of the lesion of its own; other
    compartments on the measured one only.
    """
    kept = _largest(measurements, settings.lesions_pictured)
    rows = [m for m in measurements if m["lesion"] in kept and m["compartment"] in _shown(measurements)]
    fields = _fields(rows)
    rows.sort(
        key=lambda m: (m["timepoint"], m["mask_key"] or "", m["lesion"], PICTURED.index(m["compartment"]))
    )
    galleries = []
    for row in rows:
        if not row["outline_lps_mm"]:
            continue
        shown_itself = {
            m["series_key"]
            for m in rows
            if (m["lesion"], m["timepoint"]) == (row["lesion"], row["timepoint"])
            and m["series_key"] != row["series_key"]
            and m["compartment"] == Compartment.WHOLE
            and m["outline_lps_mm"]
        }
        visit = [
            s for s in series if s["timepoint"] == row["timepoint"] and s["series_key"] not in shown_itself
        ]
        links = [r for r in registrations if r["timepoint"] == row["timepoint"]]
        galleries.append(_gallery(row, fields[row["lesion"]], visit, links, shelf, settings))
    return galleries


def _shown(measurements: Sequence[Row]) -> tuple[str, ...]:
    """The whole, and the enhancing part, or the core where nothing enhances."""
    there = {m["compartment"] for m in measurements}
    part = Compartment.ENHANCING if Compartment.ENHANCING in there else Compartment.CORE
    return Compartment.WHOLE, part


def _largest(measurements: Sequence[Row], count: int) -> set[str]:
    sizes: dict[str, float] = defaultdict(float)
    for row in measurements:
        sizes[row["lesion"]] = max(sizes[row["lesion"]], float(row["voxels"] or 0))
    return set(sorted(sizes, key=lambda lesion: (-sizes[lesion], lesion))[:count])


def _fields(rows: Sequence[Row]) -> Mapping[str, float]:
    extents: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["outline_lps_mm"]:
            extents[row["lesion"]].append(float(np.ptp(_outline(row), axis=0).max()))
    return {lesion: field_of_view_mm(found) for lesion, found in extents.items()}


def _outline(row: Row) -> FloatArray:
    return np.concatenate([np.asarray(polygon, float).reshape(-1, 3) for polygon in row["outline_lps_mm"]])


def _ends(value: object) -> FloatArray | None:
    return None if value is None else np.asarray(value, float).reshape(2, 3)


def _gallery(
    row: Row,
    field_mm: float,
    visit: Sequence[Row],
    links: Sequence[Row],
    shelf: ImageShelf,
    settings: ReportSettings,
) -> Gallery:
    own = row["series_key"]
    trusted = Code.SPACING_IMPLAUSIBLE not in " ".join([str(row["reason"] or ""), *code_list(row["flags"])])
    drawn = Drawn(
        [np.asarray(p, float).reshape(-1, 3) for p in row["outline_lps_mm"]],
        _ends(row["longest_lps_mm"]),
        _ends(row["perpendicular_lps_mm"]),
        row["longest_diameter_mm"],
        row["perpendicular_mm"],
        trusted,
    )
    try:
        scene = _scene(row, field_mm, drawn, shelf)
        pictures = [_first(row, scene, visit, shelf)]
    except OncometryError as error:
        return Gallery(row, (_unreadable(_name(own, visit), error),))
    if row["compartment"] == Compartment.WHOLE and own is not None:
        others = [s for s in visit if s["series_key"] != own and s["series_key"] in shelf]
        others.sort(key=_usual_order)
        for other in others[: settings.sequences_pictured]:
            picture = _beside(own, other, scene, links, shelf)
            if picture is not None:
                pictures.append(picture)
    return Gallery(row, tuple(pictures))


def _usual_order(series: Row) -> tuple[int, str]:
    contrast = series["contrast"]
    return (CONTRAST_ORDER.index(contrast) if contrast in CONTRAST_ORDER else 99), series["series_key"]


def _scene(row: Row, field_mm: float, drawn: Drawn, shelf: ImageShelf) -> Scene:
    """The image's own slice where the outline lies in one, else the outline's plane."""
    points = _outline(row)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    if row["series_key"] not in shelf:
        return Scene(plane_of(points), field_mm, drawn, None)
    geometry = shelf.take(row["series_key"])[0].geometry
    levels = geometry.to_index(points)[:, 2]
    if np.ptp(levels) > OFF_SLICE_VOXELS:
        return Scene(plane_of(points), field_mm, drawn, None)
    index = int(np.clip(round(float(levels.mean())), 0, geometry.shape[2] - 1))
    return Scene(plane_through(geometry, middle, index), field_mm, drawn, index)


def _name(series_key: str | None, visit: Sequence[Row]) -> str:
    row = next((s for s in visit if s["series_key"] == series_key), None)
    if row is None:
        return "no image"
    contrast, modality = str(row["contrast"] or ""), str(row["modality"] or "")
    return (
        contrast if contrast and contrast != "unknown" else f"{modality} {row['description'] or ''}".strip()
    )


def _position(plane: DisplayPlane) -> str:
    """Where the slice cuts the axis it faces, in words."""
    axis = {"axial": 2, "coronal": 1, "sagittal": 0}[plane.name.rsplit(" ", maxsplit=1)[-1]]
    value = float(plane.center_lps_mm[axis])
    letter = (("R", "L"), ("A", "P"), ("F", "H"))[axis][value >= 0]
    return f"{plane.name}, {letter} {number_text(abs(value), 1)} mm"


def _first(row: Row, scene: Scene, visit: Sequence[Row], shelf: ImageShelf) -> Picture:
    """The measured image with outline and diameters."""
    name = _name(row["series_key"], visit)
    sizes = (
        f"{quantity_text(row['longest_diameter_mm'], '_mm')} x {quantity_text(row['perpendicular_mm'], '_mm')} mm"
        if row["longest_diameter_mm"] is not None
        else "no absolute size"
    )
    label = f"{name}: {row['lesion']} {row['compartment']} at time point {row['timepoint']}, {sizes}"
    position = _position(scene.plane) if scene.drawn.scale else scene.plane.name
    if row["series_key"] not in shelf:
        drawing = bare_picture(scene.plane, scene.field_mm, scene.drawn, label)
        return Picture(drawing, name, position, "The mask came without its image.")
    image, window = shelf.take(row["series_key"])
    drawing_made = slice_picture(
        image, scene.plane, scene.field_mm, window, scene.drawn, label, Bridge(np.eye(4))
    )
    if drawing_made is None:
        return Picture(
            bare_picture(scene.plane, scene.field_mm, scene.drawn, label),
            name,
            position,
            "The outline lies outside the image.",
        )
    which = (
        "between slices"
        if scene.slice_index is None
        else f"slice {scene.slice_index} of 0\u2013{image.geometry.shape[2] - 1}"
    )
    return Picture(drawing_made, name, f"{position}; {which}; {window.text}")


def _unreadable(name: str, error: OncometryError) -> Picture:
    """Where the file lies on the machine is nobody's business who reads the page."""
    return Picture(None, name, "", f"{error.code}: {error.what}")


def _beside(own: str, other: Row, scene: Scene, links: Sequence[Row], shelf: ImageShelf) -> Picture | None:
    """The same place in another series, with the outline; None where nothing connects the two."""
    bridge = between(own, other["series_key"], links)
    if bridge is None:
        return None
    name = _name(other["series_key"], [other])
    try:
        image, window = shelf.take(other["series_key"])
    except OncometryError as error:
        return _unreadable(name, error)
    drawn = Drawn(scene.drawn.outline, scale=scene.drawn.scale)
    made = slice_picture(
        image, scene.plane, scene.field_mm, window, drawn, f"{name} at the same place", bridge
    )
    if made is None:
        return None
    note = "" if bridge.trusted else "Registration poor: shown by the scanner's positions."
    return Picture(made, name, f"same place; {window.text}", note)
