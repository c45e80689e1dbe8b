"""Which images and masks a patient has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oncometry.report.formatting import date_text, number_text, quantity_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.lesion_pictures import usual_order
from oncometry.report.network_masks import is_made, made_by_text
from oncometry.report.tables import Row

__all__ = ["mask_grid", "series_grid"]


def series_grid(series: Sequence[Row], csv: str, limit: int) -> Grid:
    """Every series: what it shows, when it was acquired, its grid."""
    rows: list[Cells] = []
    for row in sorted(series, key=lambda s: (s["timepoint"] or 0, usual_order(s))):
        size = " x ".join(str(row[f"size_{axis}"]) for axis in "ijk")
        spacing = " x ".join(number_text(row[f"spacing_{axis}_mm"], 2) for axis in "ijk")
        confidence = "" if row["confidence"] is None else f"{100 * row['confidence']:.0f}\u00a0%"
        rows.append(
            [
                "" if row["timepoint"] is None else str(row["timepoint"]),
                Cell(row["contrast"] or "", row["series_key"]),
                row["modality"] or "",
                Cell(confidence, row["evidence"] or ""),
                row["description"] or "",
                date_text(row["acquired"]),
                size,
                spacing,
                row["unit"] or "",
            ]
        )
    headings = [
        "#Time point",
        "Shows",
        "Modality",
        "#Confidence",
        "Description",
        "Acquired",
        "Voxels",
        "Spacing (mm)",
        "Unit",
    ]
    return make_grid("Images", headings, rows, csv, limit)


def mask_grid(masks: Sequence[Row], segments: Sequence[Row], series: Mapping[str, Row], csv: str) -> Grid:
    """Every mask: what it lies on, what its labels mean, its segments."""
    rows: list[Cells] = []
    for row in masks:
        image = series.get(row["series_key"] or "")
        own = [s for s in segments if s["mask_key"] == row["mask_key"]]
        named = "; ".join(
            f"{s['number']} {s['name']} ({s['compartment']}): "
            + (
                f"{quantity_text(s['volume_ml'], 'volume_ml')} ml"
                if s["volume_ml"] is not None
                else f"{s['voxels']} voxels"
            )
            for s in own
        )
        scheme = f"{row['scheme']} ({'of the network' if is_made(row) else row['scheme_source']})"
        shown = str(image["contrast"]) if image else "no image"
        linked = (
            f"{shown}, by {row['linked_by']}" if image and row["linked_by"] and not is_made(row) else shown
        )
        small = (
            f"{row['small_parts'] or 0} ({quantity_text(row['small_parts_ml'], 'small_parts_ml')} ml)"
            if row["small_parts"]
            else "0"
        )
        rows.append(
            [
                str(row["timepoint"] or ""),
                Cell(made_by_text(row) if is_made(row) else row["kind"] or "", row["mask_key"]),
                linked,
                scheme,
                named,
                small,
            ]
        )
    headings = ["#Time point", "Kind", "On", "Label scheme", "Segments", "#Small parts, not tracked"]
    return make_grid("Masks", headings, rows, csv)
