"""Methods: which images there were, and what was done to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from oncometry.core import Code, Modality, Unit
from oncometry.report.counted import DISPLAY_ORDER
from oncometry.report.formatting import count_text, listed, number_text
from oncometry.report.methods_facts import Facts, distinct, either, parameter_values
from oncometry.report.references import DEMONS, MATTES, N4, SIMPLEITK, STUDHOLME, Bibliography
from oncometry.report.series_space import is_poor
from oncometry.report.tables import Row

__all__ = ["data_sentences", "preparation_sentences", "registration_sentences"]

SYNTHETIC = (
    "The images and clinical values of synthetic patients were made by a computer program; "
    "they show no real person."
)


def data_sentences(facts: Facts) -> list[str]:
    """Patients, dates, series by what they show, spacing, and how series came to a visit."""
    series, dates = facts.rows("series"), facts.dates
    if not dates:
        return []
    low, high = min(dates.values()), max(dates.values())
    each = f"{low} each" if low == high else f"{low} to {high} each"
    spread = "" if len(dates) == 1 else f" ({each})"
    kinds = Counter(str(s["contrast"] or s["modality"]) for s in series)
    order = [*DISPLAY_ORDER, *sorted(kinds)]
    shown = listed([f"{kinds[kind]} {kind}" for kind in distinct(map(str, order)) if kind in kinds])
    found = [SYNTHETIC] if facts.synthetic else []
    who = (
        f"{count_text(len(dates), 'patient')} with {count_text(sum(dates.values()), 'imaging date')}{spread}"
    )
    images = f" and {count_text(len(series), 'image series', 'image series')} ({shown})" if series else ""
    found.append(f"We had {who}{images}{_spacing(series)}.")
    if facts.days_from_visit:
        days = count_text(facts.days_from_visit, "day")
        found.append(f"Series were assigned to a visit up to {days} from its date.")
    return found + _pet(facts)


def _spacing(series: Sequence[Row]) -> str:
    axes = [[s[f"spacing_{axis}_mm"] for s in series if s[f"spacing_{axis}_mm"]] for axis in "ijk"]
    if not all(axes):
        return ""
    plane, across = _range(axes[0] + axes[1]), _range(axes[2])
    return f", voxels of {plane} mm in plane and slices {across} mm apart, as stated in the files"


def _range(values: Sequence[float]) -> str:
    ends = distinct(f"{number_text(end, 2).rstrip('0').rstrip('.')}" for end in (min(values), max(values)))
    return " to ".join(ends)


def _pet(facts: Facts) -> list[str]:
    """How PET values became SUV, in the words of curation."""
    pet = [s for s in facts.rows("series") if s["modality"] == Modality.PT]
    said = {
        a["series_key"]: str(a["value"]) for a in facts.rows("acquisition") if a["name"] == "suv_evidence"
    }
    found = []
    for unit in distinct(str(s["unit"]) for s in pet):
        why = listed(
            distinct(said[s["series_key"]] for s in pet if s["unit"] == unit and s["series_key"] in said)
        )
        taken = f"were taken as {unit}" if unit == Unit.SUV_BW else f"were left in {unit}, not as SUV"
        found.append(f"PET values {taken}" + (f" ({why})." if why else "."))
    return found


def preparation_sentences(facts: Facts, papers: Bibliography) -> list[str]:
    """What was done to the copies that are compared; nothing where no volume was changed."""
    applied, parts = facts.applied, []
    if "orient" in applied:
        axes = either(parameter_values(applied["orient"], "orientation"))
        parts.append(f"image axes were ordered {axes}")
    if "bias" in applied:
        rounds = parameter_values(applied["bias"], "iterations")
        shown = " or ".join(", ".join(str(n) for n in each) for each in rounds)
        detail = f" ({shown} iterations)" if shown else ""
        count = count_text(len(applied["bias"]), "MR series", "MR series")
        parts.append(
            f"the intensity inhomogeneity of {count} was corrected with N4{detail} {papers.cite(N4)}"
        )
    if "resample" in applied:
        how = either(parameter_values(applied["resample"], "interpolation")) or "linear"
        count = count_text(len(applied["resample"]), "series", "series")
        parts.append(
            f"{count} were resampled {_target(facts)} by {how} interpolation {papers.cite(SIMPLEITK)}"
        )
    if "crop_pad" in applied:
        sizes = parameter_values(applied["crop_pad"], "size")
        shown = " or ".join(" x ".join(str(n) for n in size) for size in sizes)
        parts.append(f"images were cropped or padded to {shown} voxels")
    kinds = [_normalization(p) for p in applied.get("normalize", ())]
    counts = Counter(kind for kind in kinds if kind)
    if counts:
        parts.append(
            "intensities were normalized by " + listed([f"{k} ({n} series)" for k, n in counts.items()])
        )
    if not parts:
        return []
    return [
        f"In copies made for comparison, {'; '.join(parts)}.",
        "Sizes were measured on the native grid or contours of each mask, never on these copies.",
    ]


def _target(facts: Facts) -> str:
    spacings = [s for s in parameter_values(facts.steps("preprocess"), "spacing_mm") if s]
    if spacings:
        return "to " + " or ".join(" x ".join(f"{n:g}" for n in s) + " mm" for s in spacings)
    return "onto the grid of the patient's reference image" + (" at the first date" if facts.followed else "")


def _normalization(parameters: dict[str, object]) -> str:
    method, limits = parameters.get("method"), parameters.get("limits")
    if method == "window" and isinstance(limits, list | tuple):
        return f"clipping to {limits[0]:g} to {limits[1]:g} HU"
    if method == "percentile" and isinstance(parameters.get("percentiles"), list | tuple):
        ends = [f"{p:g}" for p in parameters["percentiles"]]  # type: ignore[attr-defined]
        return f"scaling the {ends[0]} to {ends[1]} percentile range of the foreground to 0 to 1"
    return "z-score over the foreground" if method == "zscore" else str(method or "")


def registration_sentences(facts: Facts, papers: Bibliography) -> list[str]:
    """Pairs by what came of them; the metric and the quality where a transform was used."""
    rows = facts.rows("registrations")
    if not rows:
        return []
    aims = {"sequence": "a series with its date's reference image", "date": "a date with the first date"}
    found = []
    for scope, aim in aims.items():
        pairs = [r for r in rows if r["scope"] == scope]
        if pairs:
            moved = sum(r["method"] != "identity" and not is_poor(r) for r in pairs)
            off = False in parameter_values(
                [p for p in facts.steps("register") if p.get("scope") == scope], "enabled"
            )
            found.append(_pairs(aim, len(pairs), moved, off))
    if any(r["method"] != "identity" for r in rows):
        found.append(
            f"Rigid transforms maximized Mattes mutual information {papers.cite(MATTES)} with SimpleITK "
            f"{papers.cite(SIMPLEITK)}."
        )
    bent = sum(r["method"] == "deformable" for r in rows)
    if bent:
        found.append(
            f"For {count_text(bent, 'pair')} of dates a deformation by diffeomorphic demons {papers.cite(DEMONS)} carried "
            "the places of lesions, not their sizes."
        )
    return [*found, *_quality(facts, rows, papers)]


def _pairs(aim: str, pairs: int, moved: int, off: bool) -> str:
    kept = pairs - moved
    said = []
    if moved:
        said.append(f"{moved} {'was' if moved == 1 else 'were'} aligned by a rigid transform")
    if kept:
        why = "registration was switched off" if off else "no transform was sought or clearly better"
        said.append(f"{kept} kept the positions stated in the files ({why})")
    return f"Of {count_text(pairs, 'pair')} of {aim}, {listed(said)}."


def _quality(facts: Facts, rows: Sequence[Row], papers: Bibliography) -> list[str]:
    known = [float(r["quality"]) for r in rows if r["quality"] is not None]
    limit = either(parameter_values(facts.steps("register"), "minimum_quality"))
    found = []
    if known:
        ends = distinct(number_text(end, 2) for end in (min(known), max(known)))
        found.append(
            f"Quality, the normalized mutual information of the overlap less 1 {papers.cite(STUDHOLME)} "
            f"(0 to 1), had a median of {number_text(median(known), 2)} (range {' to '.join(ends)})."
        )
    poor = sum(is_poor(r) for r in rows)
    if poor:
        below = f" (quality below {limit}, too little overlap or too large a move)" if limit else ""
        count = f"{count_text(poor, 'registration')} {'was' if poor == 1 else 'were'}"
        found.append(f"{count} flagged {Code.REGISTRATION_POOR} and not used{below}.")
    return found
