"""Masks that a network made: said wherever they are shown, and which of them to look at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from oncometry.core import Code
from oncometry.report.formatting import code_list, count_text, listed
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.lesion_pictures import Gallery, Picture
from oncometry.report.tables import Row

__all__ = ["doubts_of", "is_made", "made_by_text", "network_remark", "review_grid", "with_makers"]

DOUBTED = (
    Code.SEGMENTATION_UNCERTAIN,
    Code.BRAIN_NOT_EXTRACTED,
    Code.SEQUENCES_SWAPPED,
    Code.HEAD_TURNED,
)
"""Notices for which a reader should look before the numbers are used."""


def is_made(mask: Row) -> bool:
    """Whether a network made the mask, and no reader drew it."""
    return bool(mask["network"])


def made_by_text(mask: Row) -> str:
    """'network starter-tumor 1.0'."""
    return f"network {mask['network']} {mask['network_version']}"


def doubts_of(mask: Row) -> list[str]:
    """What makes a reader's look needed; without codes."""
    told = [text.partition(": ") for text in code_list(mask["notices"])]
    return [what for code, _, what in told if code in DOUBTED]


def network_remark(masks: Sequence[Row]) -> str:
    """How many masks are a network's, and of which; '' where none is."""
    counts = Counter(made_by_text(mask) for mask in masks if is_made(mask))
    if not counts:
        return ""
    by = listed([f"{count_text(n, 'mask')} by the {name}" for name, n in counts.items()])
    doubted = sum(is_made(mask) and bool(doubts_of(mask)) for mask in masks)
    first = (
        f" {count_text(doubted, 'mask')} of these should be looked at before the numbers are used."
        if doubted
        else ""
    )
    return f"Made where none came with the visit: {by}; no reader drew or checked them.{first}"


def review_grid(masks: Sequence[Row], pages: Mapping[str, str], csv: str, limit: int) -> Grid:
    """Every mask of a network, those to look at first before the others.

    Args:
        pages: patient id -> file name, of those that have a page.
    """
    rows: list[tuple[bool, Cells]] = []
    for mask in masks:
        if is_made(mask):
            doubts, patient = doubts_of(mask), str(mask["patient_id"])
            rows.append(
                (
                    not doubts,
                    [
                        Cell(patient, link=pages.get(patient, "")),
                        str(mask["timepoint"] or ""),
                        Cell(made_by_text(mask), f"SHA-256 of its weights {mask['network_sha256']}"),
                        "check first" if doubts else "not checked",
                        " ".join(doubts),
                    ],
                )
            )
    ordered = [cells for _, cells in sorted(rows, key=lambda row: row[0])]
    headings = ["Patient", "#Time point", "Made by", "State", "Why"]
    return make_grid("Masks that a network made", headings, ordered, csv, limit, "All masks")


def with_makers(
    galleries: Iterable[Gallery], measurements: Iterable[Row], masks: Iterable[Row]
) -> list[Gallery]:
    """The same pictures, each with a note where a network made its outline."""
    made = {mask["mask_key"]: mask for mask in masks if is_made(mask)}
    by_value = {m["value_id"]: made[m["mask_key"]] for m in measurements if m["mask_key"] in made}
    return [_noted(g, by_value[g.value_id]) if g.value_id in by_value else g for g in galleries]


def _noted(gallery: Gallery, mask: Row) -> Gallery:
    said = f"Outline by the {made_by_text(mask)}, not by a reader{': check it' if doubts_of(mask) else ''}."

    def noted(picture: Picture) -> Picture:
        return replace(picture, note=f"{picture.note} {said}".strip())

    return replace(
        gallery, pictures=tuple(noted(p) for p in gallery.pictures), measured=noted(gallery.measured)
    )
