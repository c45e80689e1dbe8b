"""The measured slices of a patient: per date, lesion and compartment, with the other sequences beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from oncometry.core import Code, Compartment, OncometryError
from oncometry.core.geometry import FloatArray
from oncometry.report.counted import DISPLAY_ORDER, order_of
from oncometry.report.display_plane import DisplayPlane, plane_of, plane_through
from oncometry.report.formatting import code_list, date_text, number_text, quantity_text
from oncometry.report.image_shelf import ImageShelf
from oncometry.report.picture import Drawn, bare_picture, field_of_view_mm, slice_picture
from oncometry.report.series_space import Bridge, between
from oncometry.report.settings import ReportSettings
from oncometry.report.svg import named
from oncometry.report.tables import Row

__all__ = [
    "Gallery",
    "Picture",
    "acquired_text",
    "field_of_lesions",
    "outline_points",
    "picture_lesions",
    "picture_name",
    "pictured_lesions",
    "series_name",
    "slice_text",
    "unreadable",
    "usual_order",
]

PICTURED = (Compartment.WHOLE, Compartment.ENHANCING, Compartment.CORE)
OFF_SLICE_VOXELS = 0.5
ALONG_K = 2


@dataclass(frozen=True)
class Picture:
    """A picture with its caption.

    Attributes:
        note: what to be wary of, or why there is no picture.
        name: of the drawing, for a copy elsewhere on the page; '' of one that is shown once.
        label: its text alternative, for the copy.
    """

    drawing: Markup | None
    heading: str
    caption: str
    note: str = ""
    name: str = ""
    label: str = ""


@dataclass(frozen=True)
class Gallery:
    """The pictures of one compartment of a lesion at one date.

    Attributes:
        value_id: of the measurement; '' where the lesion is absent.
        measured: the one of the measured image, or of the place where the lesion was.
    """

    lesion: str
    timepoint: int
    pictures: tuple[Picture, ...]
    value_id: str
    measured: Picture


@dataclass(frozen=True, eq=False)
class Scene:
    """What all pictures of one measurement share; `slice` is '' for a mask without an image."""

    plane: DisplayPlane
    field_mm: float
    drawn: Drawn
    slice: str


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
    kept = pictured_lesions(measurements, settings)
    rows = [
        m
        for m in measurements
        if m["lesion"] in kept and m["compartment"] in _shown(measurements) and m["outline_lps_mm"]
    ]
    fields, order = field_of_lesions(rows), {s["series_key"]: usual_order(s) for s in series}
    last = (len(DISPLAY_ORDER), "")
    rows.sort(
        key=lambda m: (
            m["timepoint"],
            m["lesion"],
            PICTURED.index(m["compartment"]),
            order.get(m["series_key"], last),
        )
    )
    galleries = []
    for row in rows:
        shown_itself = {
            m["series_key"]
            for m in rows
            if (m["lesion"], m["timepoint"]) == (row["lesion"], row["timepoint"])
            and m["series_key"] != row["series_key"]
            and m["compartment"] == Compartment.WHOLE
        }
        visit = [
            s for s in series if s["timepoint"] == row["timepoint"] and s["series_key"] not in shown_itself
        ]
        galleries.append(_gallery(row, fields[row["lesion"]], visit, registrations, shelf, settings))
    return galleries


def _shown(measurements: Sequence[Row]) -> tuple[str, ...]:
    """The whole, and the enhancing part, or the core where nothing enhances."""
    there = {m["compartment"] for m in measurements}
    part = Compartment.ENHANCING if Compartment.ENHANCING in there else Compartment.CORE
    return Compartment.WHOLE, part


def pictured_lesions(measurements: Sequence[Row], settings: ReportSettings) -> set[str]:
    """The largest, as many as are pictured."""
    sizes: dict[str, float] = defaultdict(float)
    for row in measurements:
        sizes[row["lesion"]] = max(sizes[row["lesion"]], float(row["voxels"] or 0))
    return set(sorted(sizes, key=lambda lesion: (-sizes[lesion], lesion))[: settings.lesions_pictured])


def field_of_lesions(rows: Sequence[Row]) -> Mapping[str, float]:
    """Lesion -> width of its pictures in mm, one for all dates."""
    extents: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        extents[row["lesion"]].append(float(np.ptp(outline_points(row), axis=0).max()))
    return {lesion: field_of_view_mm(found) for lesion, found in extents.items()}


def outline_points(row: Row) -> FloatArray:
    """All points of the drawn outline (n, 3) LPS mm."""
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
    """The measured image, and for the whole lesion the other series of the date, as on a light box."""
    own = row["series_key"]
    place = (row["lesion"], row["timepoint"])
    try:
        scene = _scene(row, field_mm, _drawn(row), shelf)
        first = _first(row, scene, visit, shelf)
    except OncometryError as error:
        gone = unreadable(series_name(own, visit), error)
        return Gallery(*place, (gone,), row["value_id"], gone)
    if row["compartment"] != Compartment.WHOLE or own is None:
        return Gallery(*place, (first,), row["value_id"], first)
    others = [s for s in visit if s["series_key"] != own and s["series_key"] in shelf]
    shown = [s for s in visit if s["series_key"] == own]
    shown += sorted(others, key=usual_order)[: settings.sequences_pictured]
    found = []
    for series in sorted(shown, key=usual_order):
        picture = first if series["series_key"] == own else _beside(row, series, scene, links, shelf)
        if picture is not None:
            found.append(picture)
    return Gallery(*place, tuple(found) or (first,), row["value_id"], first)


def _drawn(row: Row) -> Drawn:
    trusted = Code.SPACING_IMPLAUSIBLE not in " ".join([str(row["reason"] or ""), *code_list(row["flags"])])
    return Drawn(
        [np.asarray(p, float).reshape(-1, 3) for p in row["outline_lps_mm"]],
        _ends(row["longest_lps_mm"]),
        _ends(row["perpendicular_lps_mm"]),
        row["longest_diameter_mm"],
        row["perpendicular_mm"],
        trusted,
    )


def usual_order(series: Row) -> tuple[int, str]:
    """T1, T1c, T2, FLAIR ..."""
    return order_of(series["contrast"], DISPLAY_ORDER), series["series_key"]


def _scene(row: Row, field_mm: float, drawn: Drawn, shelf: ImageShelf) -> Scene:
    """The image's own slice where the outline lies in one, else the outline's plane."""
    points = outline_points(row)
    if row["series_key"] not in shelf:
        return Scene(plane_of(points), field_mm, drawn, "")
    geometry = shelf.take(row["series_key"])[0].geometry
    index = geometry.to_index(points)
    axis = int(np.argmin(np.ptp(index, axis=0)))
    if np.ptp(index[:, axis]) > OFF_SLICE_VOXELS:
        return Scene(plane_of(points), field_mm, drawn, "between slices")
    count = geometry.shape[axis]
    number = int(np.clip(round(float(index[:, axis].mean())), 0, count - 1))
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    plane = plane_through(geometry, middle, number) if axis == ALONG_K else plane_of(points)
    return Scene(plane, field_mm, drawn, slice_text(number, count))


def series_name(series_key: str | None, visit: Sequence[Row]) -> str:
    """What the series shows, or its modality and description."""
    row = next((s for s in visit if s["series_key"] == series_key), None)
    if row is None:
        return "no image"
    contrast, modality = str(row["contrast"] or ""), str(row["modality"] or "")
    return (
        contrast if contrast and contrast != "unknown" else f"{modality} {row['description'] or ''}".strip()
    )


def acquired_text(series_key: str | None, visit: Sequence[Row], visit_date: object) -> str:
    """'acquired 2001-11-01; ' where that is not the date of the visit."""
    row = next((s for s in visit if s["series_key"] == series_key), None)
    if row is None or row["acquired"] is None or visit_date is None:
        return ""
    acquired = date_text(row["acquired"])
    return "" if acquired == date_text(visit_date) else f"acquired {acquired}; "


def slice_text(index: int, slices: int) -> str:
    """'slice 19 of 36': people count from 1."""
    return f"slice {index + 1} of {slices}"


def _position(plane: DisplayPlane) -> str:
    """Where the slice cuts the axis it faces, in words."""
    axis = {"axial": 2, "coronal": 1, "sagittal": 0}[plane.name.rsplit(" ", maxsplit=1)[-1]]
    value = float(plane.center_lps_mm[axis])
    letter = (("R", "L"), ("A", "P"), ("F", "H"))[axis][value >= 0]
    return f"{plane.name}, {letter} {number_text(abs(value), 1)} mm"


def _first(row: Row, scene: Scene, visit: Sequence[Row], shelf: ImageShelf) -> Picture:
    """The measured image with outline and diameters."""
    name = series_name(row["series_key"], visit)
    heading = f"{str(row['compartment']).capitalize()} on {name}"
    sizes = (
        f"{quantity_text(row['longest_diameter_mm'], '_mm')} x {quantity_text(row['perpendicular_mm'], '_mm')} mm"
        if row["longest_diameter_mm"] is not None
        else "no absolute size"
    )
    label = f"{name}: {row['lesion']} {row['compartment']} at time point {row['timepoint']}, {sizes}"
    position = _position(scene.plane) if scene.drawn.scale else scene.plane.name
    own = picture_name(row["value_id"])
    bare = named(bare_picture(scene.plane, scene.field_mm, scene.drawn, label), own)
    if row["series_key"] not in shelf:
        return Picture(bare, heading, position, "The mask came without its image.", own, label)
    image, window = shelf.take(row["series_key"])
    made = slice_picture(image, scene.plane, scene.field_mm, window, scene.drawn, label, Bridge(np.eye(4)))
    if made is None:
        return Picture(bare, heading, position, "The outline lies outside the image.", own, label)
    acquired = acquired_text(row["series_key"], visit, row["date"])
    caption = f"{acquired}{position}; {scene.slice}; {window.text}"
    return Picture(named(made, own), heading, caption, name=own, label=label)


def picture_name(value_id: str) -> str:
    """Of the drawing of a measurement, for links and copies."""
    return f"picture-{value_id.replace(':', '-')}"


def unreadable(name: str, error: OncometryError) -> Picture:
    """Where the file lies on the machine is nobody's business who reads the page."""
    return Picture(None, name, "", f"{error.code}: {error.what}")


def _beside(row: Row, other: Row, scene: Scene, links: Sequence[Row], shelf: ImageShelf) -> Picture | None:
    """The same place in another series, with the outline; None where nothing connects the two."""
    bridge = between(row["series_key"], other["series_key"], links)
    if bridge is None:
        return None
    name = series_name(other["series_key"], [other])
    try:
        image, window = shelf.take(other["series_key"])
    except OncometryError as error:
        return unreadable(name, error)
    drawn = Drawn(scene.drawn.outline, scale=scene.drawn.scale)
    made = slice_picture(
        image, scene.plane, scene.field_mm, window, drawn, f"{name} at the same place", bridge
    )
    if made is None:
        return None
    note = "" if bridge.trusted else "Registration poor: shown by the scanner's positions."
    acquired = acquired_text(other["series_key"], [other], row["date"])
    return Picture(made, name, f"{acquired}same place; {window.text}", note)
