"""A methods paragraph for a paper, from the parameters of the steps that really ran."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from oncometry.report.formatting import count_text
from oncometry.report.references import N4, RANO, RECIST, SIMPLEITK, Bibliography, Reference
from oncometry.report.tables import Row

__all__ = ["Methods", "write_methods"]


@dataclass(frozen=True)
class Methods:
    """Sentences, and the papers they cite in order."""

    paragraphs: tuple[str, ...]
    references: tuple[Reference, ...]


def write_methods(steps: Sequence[Row], volumes: Sequence[Row], segmentations: Sequence[Row]) -> Methods:
    """From the rows of `steps`, `volumes` and `segmentations`; a step that did not run is not mentioned."""
    done = [s for s in steps if s["status"] != "failed"]
    papers = Bibliography()
    paragraphs = [
        _software(done),
        _preparation(done, volumes, papers),
        _registration(done, papers),
        _measurement(done, segmentations, papers),
    ]
    return Methods(tuple(p for p in paragraphs if p), tuple(papers.references))


def _parameters(steps: Iterable[Row], name: str) -> list[dict[str, Any]]:
    return [s["parameters"] for s in steps if s["name"] == name and isinstance(s["parameters"], dict)]


def _values(sets: Iterable[dict[str, Any]], *path: str) -> list[Any]:
    """The distinct values of one parameter over all steps, in order of appearance."""
    found: list[Any] = []
    for parameters in sets:
        value: Any = parameters
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None and value not in found:
            found.append(value)
    return found


def _either(values: Iterable[Any], unit: str = "") -> str:
    texts = [f"{v:g}" if isinstance(v, int | float) and not isinstance(v, bool) else str(v) for v in values]
    return " or ".join(texts) + (f" {unit}" if unit else "")


def _software(steps: Sequence[Row]) -> str:
    versions = sorted({str(s["version"]) for s in steps})
    if not versions:
        return ""
    text = f"Images were curated, measured and followed with Oncometry {_either(versions)}."
    windows = _values(_parameters(steps, "curate"), "visit_window_days")
    if windows:
        text += (
            f" Series acquired within {_either(windows)} days of a visit's study were assigned to that visit."
        )
    return text


def _applied(volumes: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    """Transforms that were applied to any volume: name -> their parameters."""
    found: dict[str, list[dict[str, Any]]] = {}
    for volume in volumes:
        for step in volume["steps"] or ():
            found.setdefault(step["name"], []).append(dict(step.get("parameters") or {}))
    return found


def _preparation(steps: Sequence[Row], volumes: Sequence[Row], papers: Bibliography) -> str:
    applied = _applied(volumes)
    sentences = []
    if "orient" in applied:
        order = _either(_values(applied["orient"], "orientation"))
        sentences.append(f"image axes were reordered to {order}")
    if "bias" in applied:
        sentences.append(f"MR intensity inhomogeneity was corrected with N4 {papers.cite(N4)}")
    if "resample" in applied:
        spacings = _values(_parameters(steps, "preprocess"), "spacing_mm")
        grid = " or ".join(" x ".join(f"{s:g}" for s in spacing) + " mm" for spacing in spacings)
        where = f"to a spacing of {grid}" if grid else "to the grid of the first date's reference image"
        sentences.append(f"images were resampled {where} by linear interpolation {papers.cite(SIMPLEITK)}")
    if "crop_pad" in applied:
        sizes = _values(_parameters(steps, "preprocess"), "size")
        shown = " or ".join(" x ".join(str(n) for n in size) for size in sizes)
        sentences.append(f"images were cropped or padded to {shown} voxels")
    methods = [_normalization(p) for p in applied.get("normalize", [])]
    kinds = [m for m in dict.fromkeys(methods) if m]
    if kinds:
        sentences.append("intensities were normalized by " + ", ".join(kinds))
    if not sentences:
        return ""
    return (
        "For comparison between dates, "
        + "; ".join(sentences)
        + ". Sizes and volumes were measured on the native grid or contours of each segmentation, never on resampled images."
    )


def _normalization(parameters: dict[str, Any]) -> str:
    method = parameters.get("method")
    if method == "window" and parameters.get("limits"):
        low, high = parameters["limits"]
        return f"clipping to {low:g} to {high:g} HU (CT)"
    names = {
        "zscore": "z-score over the foreground (MR)",
        "percentile": "the 1st and 99th percentile of the foreground (MR)",
    }
    return names.get(str(method), str(method) if method else "")


def _registration(steps: Sequence[Row], papers: Bibliography) -> str:
    ran = [p for p in _parameters(steps, "register") if p.get("enabled", True)]
    if not ran:
        return ""
    scopes = set(_values(ran, "scope"))
    aims = []
    if "sequence" in scopes:
        aims.append("the series of a date to that date's reference image")
    if "date" in scopes:
        aims.append("each date's reference image to that of the first date")
    limit = _either(_values(ran, "minimum_quality"))
    return (
        f"Rigid registration {papers.cite(SIMPLEITK)} aligned {' and '.join(aims) or 'the images'}, except where a shared "
        f"frame of reference or grid made it unnecessary. A registration whose normalized mutual information stayed below "
        f"{limit} was flagged and not used."
    )


def _measurement(steps: Sequence[Row], segmentations: Sequence[Row], papers: Bibliography) -> str:
    sets = _parameters(steps, "measure")
    if not sets:
        return ""
    join = _either(_values(sets, "measurement", "join_mm"), "mm")
    smallest = _either(_values(sets, "measurement", "minimum_volume_ml"), "ml")
    schemes = sorted({str(s["scheme"]) for s in segmentations if s["scheme"]})
    guessed = sum(s["scheme_source"] == "guessed" for s in segmentations)
    labels = f" Labels were read by the scheme {_either(schemes)}" if schemes else ""
    if labels:
        labels += f" ({count_text(guessed, 'scheme')} guessed from the labels)." if guessed else "."
    cavity = {"out": "left out of", "in": "counted into"}
    cavities = [cavity.get(str(c), str(c)) for c in _values(sets, "measurement", "cavity")]
    return (
        f"A lesion was defined as a 26-connected component of the whole tumor after joining parts less than {join} apart; "
        f"parts smaller than {smallest} were counted but not tracked.{labels} Resection cavities and cysts were "
        f"{_either(cavities) or 'left out of'} the whole tumor and the core. "
        f"Per lesion and compartment we measured the volume, the surface, the longest diameter in the image plane and the "
        f"longest diameter perpendicular to it on the same slice, as defined by RECIST 1.1 {papers.cite(RECIST)} and RANO "
        f"{papers.cite(RANO)}, and their product. {_outline(sets)}{_following(steps, sets)}"
    )


def _outline(sets: Sequence[dict[str, Any]]) -> str:
    policies = _values(sets, "measurement", "diameter")
    meaning = {
        "hull": "the longest line between two points of the outline, flagged where it leaves the lesion",
        "inside": "the longest line that stays inside the lesion",
    }
    shown = " or ".join(meaning.get(str(p), str(p)) for p in policies)
    smoothing = _either(_values(sets, "measurement", "smoothing_voxels"))
    return (
        f"The diameter was {shown or meaning['hull']}. Contours and probabilities were measured where the source has them; "
        f"outlines of voxel masks were smoothed, preserving area, with a Gaussian of {smoothing} voxels."
    )


def _following(steps: Sequence[Row], sets: Sequence[dict[str, Any]]) -> str:
    if not any(s["name"] == "follow" for s in steps):
        return ""
    overlap = _either(_values(sets, "measurement", "match_overlap"))
    distance = _either(_values(sets, "measurement", "match_distance_mm"), "mm")
    return (
        f" Lesions were matched between dates by their tracking identifier where the source has one, else by overlap after "
        f"registration (Dice above {overlap}), else by distance between centroids (below {distance})."
    )
