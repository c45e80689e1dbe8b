"""Which features and models the folds chose, and how steadily."""

from __future__ import annotations

from markupsafe import Markup

from oncometry.prediction.feature_sets import NOTHING
from oncometry.prediction.fold.chain import IMAGE_BLOCKS
from oncometry.prediction.selection import Selection, selection_of
from oncometry.prediction.table import Column
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.formatting import number_text
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.section import Block, Section, Text
from oncometry.report.svg import drawing, element

__all__ = ["choice_section"]

SHOWN = 30
WIDTH, HEIGHT = 120.0, 12.0


def choice_section(view: ExperimentView) -> Section:
    """Of the best model on the larger set."""
    table = view.material.table
    thinned = [c for c in table.columns if c.block in IMAGE_BLOCKS]
    dropped = frozenset(c.name for c in thinned)
    focus = view.focus[0]
    judged = [
        one
        for result in view.result.validated.results
        for one in result.judged
        if (one.model, one.features) == (focus.model, focus.features)
    ]
    found = selection_of(judged, dropped)
    blocks: list[Block] = [Text(_said(view, found, thinned))]
    if found.chosen and focus.features != NOTHING:
        blocks.append(_features(view, found))
    if len(view.material.models) > 1:
        rows = [[name, str(count), f"{100 * count / found.splits:.0f} %"] for name, count in found.models]
        blocks.append(make_grid("Which model the inner folds preferred", ["Model", "#splits", "#share"], rows, "settings.csv",
                                csv_name="Every choice of every fold"))  # fmt: skip
    return Section("choice", "What the folds chose", blocks, "Selection")


def _said(view: ExperimentView, found: Selection, thinned: list[Column]) -> str:
    pre = view.material.experiment.preprocessing
    if not thinned:
        return "No block is selected from: every declared column was given to every model."
    many, of = len(thinned), " and ".join(dict.fromkeys(str(c.block) for c in thinned))
    low, middle, high = found.sizes
    many_text = str(low) if low == high else f"{low} to {high}, median {middle:g},"
    alike = (
        ""
        if found.jaccard is None
        else f" Two splits share {100 * found.jaccard:.0f} % of what either chose (mean Jaccard index)."
    )
    if found.stability is not None and found.stability.value is not None:
        alike += f" Stability (Nogueira) {number_text(found.stability.value)}: 1 is always the same, 0 is at random."
    how = (
        f"more than {pre.select_from} are left after the filters, so each fold selects the strongest of its training rows"
        if many > pre.select_from
        else "so few that none has to be selected; filters may drop some"
    )
    return (
        f"Of {many} features ({of}; {how}), the best model on {view.largest} was given {many_text} over "
        f"{found.splits} splits.{alike} A feature that is chosen in few splits says nothing about biology."
    )


def _features(view: ExperimentView, found: Selection) -> Grid:
    blocks = {c.name: str(c.block) for c in view.material.table.columns}
    rows: list[list[str | Cell]] = [
        [name, blocks[name], f"{count} of {found.splits}", Cell(_bar(count / found.splits))]
        for name, count in found.chosen[:SHOWN]
    ]
    more = len(found.chosen) - SHOWN
    caption = "Features by how often they were given to the best model"
    if more > 0:
        caption += f"; {more} more were chosen less often"
    return make_grid(
        caption, ["Feature", "Block", "#splits", ""], rows, "settings.csv", csv_name="Features of every split"
    )


def _bar(share: float) -> Markup:
    back = element("rect", {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "class": "blank"})
    front = element(
        "g",
        {"class": "c0"},
        element("rect", {"x": 0, "y": 0, "width": WIDTH * share, "height": HEIGHT, "class": "bar"}),
    )
    return drawing(WIDTH, HEIGHT, f"{100 * share:.0f} %", [back, front], "shares")
