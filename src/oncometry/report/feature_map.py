"""The cohort's lesions side by side: a heat map of features, each against the other lesions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from oncometry.core import Compartment
from oncometry.core.geometry import FloatArray
from oncometry.report.cohort_plots import Plot
from oncometry.report.feature_choice import ChosenFeature, chosen_in
from oncometry.report.formatting import count_text, number_text, significant_text
from oncometry.report.svg import drawing, element, text

__all__ = ["feature_map", "standardized"]

FEWEST = 3
MOST_SHOWN = 80
FULL_COLOR = 2.5
LEFT, TOP, ROW, WIDTH, NAMED = 222.0, 26.0, 15.0, 760.0, 40


@dataclass(frozen=True, eq=False)
class _Shown:
    """What is drawn: (features, lesions) values as given and z-scores, lesions in the order of their columns."""

    features: Sequence[ChosenFeature]
    lesions: Sequence[str]
    given: FloatArray
    z: FloatArray


def feature_map(regions: pd.DataFrame) -> Plot | None:
    """Of each whole lesion at its first date with features, in the kind of image that most lesions have.

    Args:
        regions: the table `features_wide`.

    Returns:
        None where fewer than three lesions can be compared.
    """
    chosen = _comparable(regions)
    if len(chosen) < FEWEST:
        return None
    features = chosen_in([str(name) for name in regions.columns])
    values = chosen[[f.column for f in features]].to_numpy(dtype=float).T
    z = standardized(values)
    told = np.atleast_1d(np.isfinite(z).any(axis=1))
    if not told.any():
        return None
    order = _alike(z)
    kept = order[np.linspace(0, len(order) - 1, min(len(order), MOST_SHOWN)).round().astype(int)]
    names = [f"{p} {lesion}" for p, lesion in zip(chosen["patient_id"], chosen["lesion"], strict=True)]
    shown = _Shown(
        [f for f, is_told in zip(features, told, strict=True) if is_told],
        [names[at] for at in kept],
        values[told][:, kept],
        z[told][:, kept],
    )
    image = str(chosen["contrast"].iloc[0] or chosen["modality"].iloc[0])
    heading = f"Features of whole lesions in {image}"
    return Plot(heading, _note(len(names), shown), _draw(shown, f"Heat map: {heading.lower()}"))


def _comparable(regions: pd.DataFrame) -> pd.DataFrame:
    """One row a lesion: the first date, the leading kind of image, one unit and one spec."""
    whole = regions[(regions["compartment"] == Compartment.WHOLE) & regions["lesion"].notna()]
    kind = ["modality", "contrast", "image_unit", "spec_sha256"]
    if whole.empty:
        return whole
    who = whole[["patient_id", "lesion", *kind]].drop_duplicates()
    leading = who.groupby(kind, dropna=False, sort=True).size().idxmax()
    same = whole[kind].apply(tuple, axis=1) == leading
    first = whole[same].sort_values(["patient_id", "lesion", "timepoint", "mask_key", "series_key"])
    return first.drop_duplicates(["patient_id", "lesion"])


def standardized(values: FloatArray) -> FloatArray:
    """(features, lesions) minus the feature's mean, by its standard deviation; NaN where it does not vary."""
    known = np.isfinite(values)
    count = known.sum(axis=1, keepdims=True)
    filled = np.where(known, values, 0.0)
    mean = filled.sum(axis=1, keepdims=True) / np.maximum(count, 1)
    spread = np.sqrt(
        (np.where(known, values - mean, 0.0) ** 2).sum(axis=1, keepdims=True) / np.maximum(count, 1)
    )
    varies = spread > 1e-12 * np.maximum(np.abs(mean), 1e-300)
    return np.where(known & varies, (values - mean) / np.where(varies, spread, 1.0), np.nan)


def _alike(z: FloatArray) -> NDArray[np.intp]:
    """Order of lesions along the first principal component, so that like stands beside like."""
    known = np.nan_to_num(z)
    axis = np.linalg.svd(known, full_matrices=False)[0][:, 0]
    leading = axis[np.abs(axis).argmax()]
    return np.argsort(known.T @ axis * np.sign(leading), kind="stable")


def _note(lesions: int, shown: _Shown) -> str:
    part = (
        f" {len(shown.lesions)} of them are shown, evenly spread over this order."
        if len(shown.lesions) < lesions
        else ""
    )
    return (
        f"{count_text(lesions, 'lesion')}, each at its first date; a column is a lesion, and like stands beside like.{part} "
        f"Orange is above, blue below the mean of these lesions, in full color from {FULL_COLOR:g} standard deviations on; "
        "gray has no value. It shows which lesions differ in what, not which is worse: features depend on scanner and "
        "protocol too. Point at a cell to read it."
    )


def _draw(shown: _Shown, title: str) -> Markup:
    wide = min((WIDTH - LEFT) / len(shown.lesions), 46.0)
    parts: list[Markup] = []
    y = TOP
    rows = list(enumerate(shown.features))
    for about, members in groupby(rows, key=lambda row: row[1].about):
        if about:
            parts.append(text((LEFT, y), about, "heading"))
        y += 7.0
        for at, feature in members:
            parts.append(text((LEFT - 6, y + ROW - 4), feature.name, "tick end"))
            parts += [_cell(shown, at, n, (LEFT + n * wide, y, wide)) for n in range(len(shown.lesions))]
            y += ROW
        y += 22.0
    foot = y - 14.0
    if len(shown.lesions) <= NAMED:
        for n, name in enumerate(shown.lesions):
            x = LEFT + (n + 0.5) * wide + 4
            short = name if len(name) <= 18 else f"{name[:9]}…{name[-8:]}"
            parts.append(
                text((x, foot + 8), short, "tick end", {"transform": f"rotate(-50 {x:.1f} {foot + 8:.1f})"})
            )
    return drawing(WIDTH, foot + (96.0 if len(shown.lesions) <= NAMED else 6.0), title, parts, "plot wide")


def _cell(shown: _Shown, at: int, n: int, place: tuple[float, float, float]) -> Markup:
    x, y, wide = place
    z, value = float(shown.z[at, n]), float(shown.given[at, n])
    box = {"x": x, "y": y, "width": wide - 0.6, "height": ROW - 0.6}
    said = f"{shown.lesions[n]}, {shown.features[at].name}: "
    if not np.isfinite(z):
        said += "no value" if not np.isfinite(value) else significant_text(value)
        return element("rect", {**box, "class": "blank"}, element("title", {}, said))
    said += f"{significant_text(value)} ({number_text(z, 1)} SD)"
    opacity = f"{min(abs(z) / FULL_COLOR, 1.0):.2f}"
    css = "bar grown" if z > 0 else "bar shrunk"
    return element("rect", {**box, "class": css, "fill-opacity": opacity}, element("title", {}, said))
