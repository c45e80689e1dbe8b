"""The place of a lesion at a date that does not show it, so that its absence can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from oncometry.core import Code, Compartment, LesionStatus, OncometryError
from oncometry.core.geometry import FloatArray
from oncometry.report.display_plane import plane_through
from oncometry.report.image_shelf import ImageShelf
from oncometry.report.lesion_pictures import (
    Gallery,
    Picture,
    field_of_lesions,
    outline_points,
    pictured_lesions,
    series_name,
    slice_text,
    unreadable,
    usual_order,
)
from oncometry.report.lineage import Split, part_of
from oncometry.report.picture import Drawn, slice_picture
from oncometry.report.series_space import Bridge, between
from oncometry.report.settings import ReportSettings
from oncometry.report.svg import named
from oncometry.report.tables import Row

__all__ = ["picture_absences"]


def picture_absences(
    measurements: Sequence[Row],
    observations: Sequence[Row],
    series: Sequence[Row],
    registrations: Sequence[Row],
    splits: Sequence[Split],
    shelf: ImageShelf,
    settings: ReportSettings,
) -> list[Gallery]:
    """One picture per absence, on the kind of image the lesion was seen on; none without a trusted way there.

    A piece of a lesion that had not split yet is not absent: the lesion was at its place.
    """
    kept = pictured_lesions(measurements, settings)
    rows = [
        m
        for m in measurements
        if m["lesion"] in kept
        and m["compartment"] == Compartment.WHOLE
        and m["outline_lps_mm"]
        and m["series_key"]
    ]
    fields, galleries = field_of_lesions(rows), []
    gone = {(o["lesion"], o["timepoint"]) for o in observations if o["status"] == LesionStatus.ABSENT}
    for lesion, number in sorted(gone):
        own = [m for m in rows if m["lesion"] == lesion]
        if not own or part_of(lesion, number, splits) is not None:
            continue
        seen = min(own, key=lambda m: (abs(m["timepoint"] - number), m["timepoint"], m["mask_key"] or ""))
        visit = [s for s in series if s["timepoint"] == number and s["series_key"] in shelf]
        picture = _there(seen, visit, fields[lesion], registrations, shelf)
        if picture is not None:
            shown = _named(picture, lesion, number)
            galleries.append(Gallery(lesion, number, (shown,), "", shown))
    return galleries


def _named(picture: Picture, lesion: str, timepoint: int) -> Picture:
    if picture.drawing is None:
        return picture
    name = f"place-{lesion}-{timepoint}"
    drawn = named(picture.drawing, name)
    label = f"{lesion}, time point {timepoint}: {picture.heading} at the same place, no lesion"
    return replace(picture, drawing=drawn, name=name, label=label)


def _there(
    seen: Row, visit: Sequence[Row], field_mm: float, registrations: Sequence[Row], shelf: ImageShelf
) -> Picture | None:
    points = outline_points(seen)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    for series in sorted(visit, key=lambda s: (s["contrast"] != seen["contrast"], usual_order(s))):
        bridge = between(seen["series_key"], series["series_key"], registrations)
        if bridge is not None and bridge.trusted:
            scale = seen["reason"] != Code.SPACING_IMPLAUSIBLE
            return _slice_at(bridge.carry(middle), series, field_mm, shelf, scale=scale)
    return None


def _slice_at(
    place: FloatArray, series: Row, field_mm: float, shelf: ImageShelf, *, scale: bool
) -> Picture | None:
    """The image's own slice nearest to a place (3,) LPS mm of the image; None where it does not reach it."""
    name = series_name(series["series_key"], [series])
    try:
        image, window = shelf.take(series["series_key"])
    except OncometryError as error:
        return unreadable(name, error)
    index, slices = round(float(image.geometry.to_index(place)[2])), image.geometry.shape[2]
    if not 0 <= index < slices:
        return None
    plane = plane_through(image.geometry, place, index)
    label = f"{name} at the same place, no lesion"
    made = slice_picture(image, plane, field_mm, window, Drawn(scale=scale), label, Bridge(np.eye(4)))
    if made is None:
        return None
    return Picture(made, name, f"same place, no lesion; {slice_text(index, slices)}; {window.text}")
