"""Methods: what a lesion is, how it was measured, and how it was followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from oncometry.core import SCHEMES, Code, Compartment
from oncometry.report.formatting import count_text, listed
from oncometry.report.methods_facts import Facts, distinct, either, parameter_values
from oncometry.report.network_masks import is_made, made_by_text
from oncometry.report.references import DETECTABLE, MACDONALD, RANO, READERS, RECIST, Bibliography
from oncometry.report.tables import Row
from oncometry.report.wording import compartment_name

__all__ = ["change_sentences", "following_sentences", "label_sentences", "size_sentences"]

SOURCES = {
    "guessed": "guessed from the label values",
    "stated": "given by the user",
    "file": "stated in the file",
}
MEASURED = (Compartment.WHOLE, Compartment.CORE, Compartment.ENHANCING)
VOLUMES = {
    "contours": "of contours, the sum over planes of their even-odd area times the plane's share of the height",
    "voxels": "of voxel masks, the number of voxels times their size",
    "probability": "of probabilities, the sum over slices of the area above 0.5 times the slice distance",
}


def label_sentences(facts: Facts) -> list[str]:
    """What the labels were taken to mean, by mask, and on whose word."""
    masks = [mask for mask in facts.rows("segmentations") if not is_made(mask)]
    groups: dict[str, list[Row]] = {}
    for mask in masks:
        groups.setdefault(str(mask["scheme"] or ""), []).append(mask)
    found = []
    for scheme, members in sorted(groups.items()):
        counts = Counter(str(m["scheme_source"]) for m in members)
        by = listed([f"{n} {SOURCES.get(source, source)}" for source, n in counts.items()])
        if len(counts) == 1:
            by = SOURCES.get(next(iter(counts)), next(iter(counts)))
        found.append(f"In {count_text(len(members), 'mask')} {_meaning(scheme)} ({by}).")
    return [*found, *_made([mask for mask in facts.rows("segmentations") if is_made(mask)])]


def _made(masks: Sequence[Row]) -> list[str]:
    """What made the masks that did not come in."""
    groups = Counter(
        (made_by_text(m), str(m["network_sha256"])[:12], str(m["backend"]), str(m["scheme"])) for m in masks
    )
    return [
        f"{count_text(count, 'mask')} of visits that came without any {'was' if count == 1 else 'were'} made by the {name} "
        f"(SHA-256 of its weights {sha256}..., run by {backend}) from the images of the visit, registered to one another; "
        f"{_meaning(scheme)}."
        for (name, sha256, backend, scheme), count in sorted(groups.items())
    ]


def _meaning(scheme: str) -> str:
    if scheme == "named":
        return "the meaning of each region was taken from its name or code"
    if scheme == "binary":
        return "the one label was taken as the whole tumor"
    if scheme in SCHEMES:
        return f"labels were read as those of {SCHEMES[scheme].source}"
    return f"labels were read by the scheme {scheme!r}" if scheme else "no label scheme was recorded"


def size_sentences(facts: Facts, papers: Bibliography) -> list[str]:
    """The definition of a lesion and of every size that was given."""
    sets, rows = facts.steps("measure"), facts.rows("measurements")
    if not sets:
        return []
    found = [_lesion(sets), *_cavity(facts, sets)]
    there = [part for part in MEASURED if any(m["compartment"] == part for m in rows)]
    if not there:
        return found
    names = listed([compartment_name(part, rows) for part in there])
    longest = f"longest diameter in the image plane (as in RECIST 1.1 {papers.cite(RECIST)})"
    cited = f"(as in RANO {papers.cite(RANO)}, after Macdonald {papers.cite(MACDONALD)})"
    found.append(
        f"Of the {names} of each lesion we measured volume, surface, the {longest}, "
        f"the longest diameter perpendicular to it on the same slice and their product {cited}."
    )
    if Compartment.ENHANCING in there:
        found.append("RANO takes the product of enhancing disease only.")
    volumes = [text for source, text in VOLUMES.items() if source in facts.sources()]
    found.append(f"Volume is, {'; '.join(volumes)}.")
    found.append(
        "The surface is a mesh by marching tetrahedra on the voxels, smoothed by a Gaussian of one voxel with "
        "the volume kept."
    )
    return [*found, _diameter(facts, sets), *_errors(rows, papers), *_withheld(rows)]


def _lesion(sets: Sequence[dict[str, Any]]) -> str:
    join = either(parameter_values(sets, "measurement", "join_mm"), "mm")
    smallest = either(parameter_values(sets, "measurement", "minimum_volume_ml"), "ml")
    after = f" after joining parts less than {join} apart" if join else ""
    tracked = f"; parts smaller than {smallest} were counted but not tracked" if smallest else ""
    return f"A lesion was a 26-connected component of the whole tumor{after}{tracked}."


def _cavity(facts: Facts, sets: Sequence[dict[str, Any]]) -> list[str]:
    """Said only where a mask has a cavity or a cyst."""
    there = {s["compartment"] for s in facts.rows("segments")}
    if not there & {Compartment.CAVITY, Compartment.CYST}:
        return []
    words = {"out": "left out of", "in": "counted into"}
    values = [words.get(str(c), str(c)) for c in parameter_values(sets, "measurement", "cavity")]
    return [f"Cavities and cysts were {either(values)} the whole tumor and the core."] if values else []


def _diameter(facts: Facts, sets: Sequence[dict[str, Any]]) -> str:
    meaning = {
        "hull": "the longest line between two points of the outline, flagged where it leaves the lesion",
        "inside": "the longest line that stays inside the lesion",
    }
    policies = [meaning.get(str(p), str(p)) for p in parameter_values(sets, "measurement", "diameter")]
    outlines = []
    if "contours" in facts.sources():
        outlines.append("contours were taken as drawn")
    if "probability" in facts.sources():
        outlines.append("probabilities were outlined at 0.5")
    if "voxels" in facts.sources():
        width = either(parameter_values(sets, "measurement", "smoothing_voxels"))
        smoothed = (
            f", smoothed along themselves by a Gaussian of {width} voxels with the area kept" if width else ""
        )
        outlines.append(f"outlines of voxel masks run half way between inside and outside voxels{smoothed}")
    lines = f"The diameter is {either(policies)}; " if policies else ""
    text = lines + "; ".join(outlines)
    return text[:1].upper() + text[1:] + "."


def _errors(rows: Sequence[Row], papers: Bibliography) -> list[str]:
    """What stands behind ±, where any size has an error."""
    if all(row.get("volume_standard_error_ml") is None for row in rows):
        return []
    return [
        "The standard error of a size holds the contour, drawn half a pixel to either side, the distance of slices, and "
        f"the spread of readers as published (of diameters {papers.cite(READERS)}); a change is detectable from 1.96 √2 "
        f"times that of one reader on {papers.cite(DETECTABLE)}."
    ]


def _withheld(rows: Sequence[Row]) -> list[str]:
    """Where lengths cannot be believed."""
    masks = distinct(str(m["mask_key"]) for m in rows if m["reason"] == Code.SPACING_IMPLAUSIBLE)
    if not masks:
        return []
    return [
        f"Absolute sizes in {count_text(len(masks), 'mask')} were withheld, because the voxel spacing stated in the "
        "file cannot be that of the scanner; change between dates is given on the assumption that their true voxel "
        "sizes are equal."
    ]


def following_sentences(facts: Facts) -> list[str]:
    """How observations became lesions: within a date, and from date to date; only what happened."""
    rows, found = facts.rows("measurements"), []
    masks: dict[tuple[object, ...], set[object]] = {}
    for row in rows:
        seen = masks.setdefault((row["patient_id"], row["lesion"], row["timepoint"]), set())
        seen.add(row["mask_key"])
    if any(len(keys) > 1 for keys in masks.values()):
        found.append("Drawings of one date that overlap are one lesion, seen several times and counted once.")
    if not facts.followed or not facts.steps("follow"):
        return found
    relations = [r for r in facts.rows("relations") if r["method"]]
    counts = Counter(str(r["method"]) for r in relations)
    if not counts:
        return [*found, "No lesion was matched between dates."]
    ways = listed([f"{_way(method, facts)} ({n})" for method, n in counts.most_common()])
    found.append(f"Lesions were matched between dates by {ways}.")
    return found


def _way(method: str, facts: Facts) -> str:
    sets = facts.steps("measure")
    if method == "overlap":
        placed = any(r["scope"] == "date" for r in facts.rows("registrations"))
        limit = either(parameter_values(sets, "measurement", "match_overlap"))
        return (
            "overlap"
            + (" after registration" if placed else "")
            + (f" (at least {limit} of the smaller)" if limit else "")
        )
    if method == "distance":
        limit = either(parameter_values(sets, "measurement", "match_distance_mm"), "mm")
        return "the gap between them" + (f" (below {limit})" if limit else "")
    return f"the source's {method}"


def change_sentences(facts: Facts, compartments: Sequence[str]) -> list[str]:
    """What the plots of change are of. `compartments`: those that the report sums, the leading one first."""
    if not facts.followed or not compartments:
        return []
    names = listed([compartment_name(c, facts.rows("measurements")) for c in compartments])
    unassessed = (
        "Response was not assessed: criteria choose target lesions, and count progression from the nadir."
    )
    return [
        f"Change is relative to the first date, in the same kind of image and by the same reader where several drew; "
        f"plots of a patient's change are of sums over all lesions of the {names}.",
        *([] if facts.rows("responses") else [unassessed]),
    ]
