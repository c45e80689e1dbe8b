"""Groups of patients: whether there are any, how stable they are, and how they go with the outcome."""

from __future__ import annotations

from markupsafe import Markup

from oncometry.prediction.grouped import Grouped
from oncometry.report.axes import Panel, Scale, spanning
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.grid import make_grid
from oncometry.report.section import Block, Figures, Section, Text
from oncometry.report.svg import drawing, text

__all__ = ["groups_section"]

WIDTH, HEIGHT = 560.0, 380.0
COLUMNS = ("#groups", "#SD apart", "#PAC", "#PAC of one group", "#adjusted Rand", "#silhouette", "#gap")
MEANT = (
    "SD apart: how much emptier the space between the two nearest groups is than in data of one group, in standard deviations. "
    "PAC: the share of pairs that are together in some resamples and apart in others, 0 is stable. Neither PAC nor silhouette "
    "can say one group."
)


def groups_section(view: ExperimentView) -> Section | None:
    """None where groups were not asked for."""
    found = view.result.groups
    if found is None:
        return None
    blocks: list[Block] = [Text(_verdict(found)), _numbers(found), Text(MEANT, "soft")]
    blocks.append(Figures([(_seen(found), _caption(found))], "plots wide"))
    blocks += [Text(str(n), "warn") for n in (*found.clusters.notices, *found.notices)]
    return Section("groups", "Groups of patients", blocks, "Groups")


def _verdict(found: Grouped) -> str:
    clusters, tested = found.clusters, found.outcome
    how = (
        f"{len(clusters.patients)} patients, {len(found.columns)} features, {clusters.settings.method}, "
        f"{clusters.settings.resamples} resamples, held against {clusters.settings.draws} data sets of one group"
    )
    if clusters.k == 1:
        return f"One group: nothing in the features sets patients apart (p = {clusters.p_value:.2g}; {how})."
    p = tested.corrected_p_value
    outcome = "not tested" if p is None else f"{tested.association.test}, corrected p = {p:.2g}"
    return (
        f"{clusters.k} groups (p of one group = {clusters.p_value:.2g}; {how}). {tested.outcome}: {outcome}."
    )


def _numbers(found: Grouped) -> Block:
    rows = [
        [str(n.k), f"{n.valley_excess:.2f}", f"{n.ambiguous_share:.3f}", f"{n.ambiguous_share_reference:.3f}",
         f"{n.adjusted_rand:.3f}", f"{n.silhouette:.3f}", f"{n.gap:.3f}"]
        for n in found.clusters.by_k
    ]  # fmt: skip
    return make_grid("Numbers of groups that were tried", COLUMNS, rows)


def _seen(found: Grouped) -> Markup:
    """Each patient as the number of the group."""
    x, y = found.view.scores[:, 0], found.view.scores[:, 1]
    wide, high = spanning(x.tolist(), zero=False), spanning(y.tolist(), zero=False)
    panel = Panel(Scale(*wide, 58.0, WIDTH - 20), Scale(*high, HEIGHT - 46, 44.0),
                  "first principal component", "second principal component")  # fmt: skip
    drawn = [
        text((14.0, 14.0), "Patients by their group", "heading"),
        *panel.draw_y(),
        *panel.draw_x(None, 8),
    ]
    for a, b, group in zip(x, y, found.clusters.assignment, strict=True):
        drawn.append(text((panel.x(float(a)), panel.y(float(b)) + 4), str(group), f"name middle c{group}"))
    return drawing(WIDTH, HEIGHT, "Patients in two principal components", drawn)


def _caption(found: Grouped) -> str:
    shares = found.view.variance_share
    return (
        f"For the eye only: two of {len(found.columns)} dimensions, {shares[0]:.0%} and {shares[1]:.0%} of the variance. "
        "Groups were looked for in all of them."
    )
