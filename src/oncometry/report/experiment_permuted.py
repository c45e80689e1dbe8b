"""The control that must say nothing: labels dealt anew, drawn beside what the true labels give."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from oncometry.report.axes import Panel, Scale
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.section import Figures, Section, Text
from oncometry.report.svg import drawing, element, line, text

__all__ = ["permuted_section"]

BINS = 24
ROUNDING = 1e-12


def permuted_section(view: ExperimentView) -> Section:
    """Distribution against observed."""
    found = view.result.validated.permuted
    level = view.material.experiment.validation.confidence
    low, high = np.quantile(found.permuted, [(1 - level) / 2, (1 + level) / 2])
    said = (
        f"{len(found.permuted)} permutations: mean {found.mean:.3f}, {level:.0%} of them {low:.3f} to {high:.3f}; "
        f"on the true labels {found.observed:.3f}; p = {found.p_value:.3g} (one more than the permutations that do as well, "
        "by one more than all)."
    )
    silent = int((np.abs(found.permuted - 0.5) < ROUNDING).sum())
    if silent:
        said += f" In {silent} of them the model told no patient from another, which is a concordance of 0.5."
    verdict = (
        "The mean is at chance, as it has to be: nothing that was learned knew the test patients."
        if abs(found.mean - 0.5) <= 0.05
        else "The mean is not at chance: something that was learned knew the test patients. No number on this "
        "page can be trusted."
    )
    more = (
        "Labels change places within test folds, so that folds and their balance stay as they were; the model is "
        f"{found.model} with its default settings on {found.features}, for tuning each permutation would cost "
        f"as much as the whole "
        "experiment."
    )
    css = "" if abs(found.mean - 0.5) <= 0.05 else "warn"
    return Section(
        "permuted",
        "Permuted labels",
        [
            Text(said),
            Text(verdict, css),
            Figures([(_histogram(found.permuted, found.observed), more)], "plots wide"),
        ],
        "Permuted labels",
    )


def _histogram(permuted: np.ndarray, observed: float) -> Markup:
    low, high = (
        min(float(permuted.min()), observed, 0.4) - 0.02,
        max(float(permuted.max()), observed, 0.6) + 0.02,
    )
    counts, edges = np.histogram(permuted, bins=BINS, range=(low, high))
    width, height = 560.0, 230.0
    panel = Panel(Scale(low, high, 58.0, width - 20), Scale(0, float(counts.max()) * 1.3, height - 46, 44.0),
                  "concordance within folds", "permutations")  # fmt: skip
    drawn = [
        text((14.0, 14.0), "Labels dealt anew, and the true ones", "heading"),
        *panel.draw_y(),
        *panel.draw_x(None, 8),
    ]
    for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
        if count:
            box = {"x": panel.x(left) + 0.5, "y": panel.y(float(count)), "width": panel.x(right) - panel.x(left) - 1,
                   "height": panel.y(0) - panel.y(float(count)), "class": "area"}  # fmt: skip
            drawn.append(element("g", {"class": "c7"}, element("rect", box)))
    for value, name, css in ((0.5, "chance", "reference"), (observed, "true labels", "observed")):
        place = panel.x(value)
        drawn.append(line((place, panel.y.start), (place, panel.y.end), css))
        side = "end" if place > width - 110 else ""
        drawn.append(
            text(
                (place + (-5 if side else 5), panel.y.end + (6 if css == "reference" else 20)),
                name,
                f"name {side}",
            )
        )
    return drawing(width, height, "Concordance on permuted labels, and on the true ones", drawn)
