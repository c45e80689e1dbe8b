"""How well the images lie on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oncometry.core import Code
from oncometry.report.formatting import EXPLAINED, number_text
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.series_space import is_poor
from oncometry.report.tables import Row

__all__ = ["registration_grid"]

SCOPES = {"date": "to the first date", "sequence": "within the date"}


def registration_grid(
    registrations: Sequence[Row], series: Mapping[str, Row], csv: str, limit: int, *, patients: bool
) -> Grid:
    """Poor ones first, then by patient and date."""
    ordered = sorted(registrations, key=lambda r: (not is_poor(r), r["patient_id"], r["timepoint"]))
    rows = []
    for row in ordered:
        verdict = (
            Cell("poor: not used", EXPLAINED["REGISTRATION_POOR"], "bad")
            if is_poor(row)
            else Cell("accepted")
        )
        cells: list[str | Cell] = [row["patient_id"]] if patients else []
        cells += [
            str(row["timepoint"]),
            f"{_contrast(row['moving_key'], series)} onto {_contrast(row['fixed_key'], series)}",
            SCOPES.get(row["scope"], str(row["scope"])),
            _method(row),
            number_text(row["quality_before"], 3),
            number_text(row["quality"], 3),
            *_motion(row, series),
            verdict,
        ]
        rows.append(cells)
    headings = [
        "#Time point",
        "Images",
        "Scope",
        "Method",
        "#Quality before",
        "#Quality",
        "#Shift (mm)",
        "#Turn (°)",
        "Verdict",
    ]
    return make_grid("Registrations", ["Patient", *headings] if patients else headings, rows, csv, limit)


def _method(row: Row) -> str | Cell:
    """The method; on hovering, what is told of a deformation or why there is none."""
    method = str(row["method"] or "")
    if row.get("refused"):
        return Cell(method, f"Deformation not used: {row['refused']}.")
    if method == "deformable":
        least, most = (number_text(row[f"jacobian_{end}"], 2) for end in ("minimum", "maximum"))
        left = number_text(row["inverse_error_mm"], 2)
        return Cell(
            method, f"Volumes change by factors of {least} to {most}; there and back leaves {left} mm."
        )
    return method


def _motion(row: Row, series: Mapping[str, Row]) -> list[str | Cell]:
    """Shift and turn; neither where the spacing of an image cannot be believed."""
    images = [series.get(row[side] or "", {}) for side in ("fixed_key", "moving_key")]
    if any(Code.SPACING_IMPLAUSIBLE in str(image.get("notices")) for image in images):
        return [Cell("withheld", EXPLAINED["SPACING_IMPLAUSIBLE"])] * 2
    return [number_text(row["translation_mm"], 1), number_text(row["rotation_deg"], 1)]


def _contrast(key: str | None, series: Mapping[str, Row]) -> str:
    row = series.get(key or "")
    return str(row["contrast"] or row["modality"]) if row else "?"
