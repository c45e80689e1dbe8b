"""METRICS, CLEAR and TRIPOD+AI: every item, filled where the experiment has evidence, empty where it has none."""

from __future__ import annotations

from markupsafe import Markup

from oncometry.prediction.checklists import Checklist, checklists
from oncometry.report.evidence import Evidence
from oncometry.report.experiment_evidence import EVIDENCE
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.imaging_evidence import IMAGING_EVIDENCE
from oncometry.report.section import Block, Folded, Section, Text
from oncometry.report.svg import element

__all__ = ["checklists_section", "evidence_for"]


def checklists_section(view: ExperimentView) -> Section:
    """A table each, with how many items have evidence."""
    blocks: list[Block] = [
        Text(
            "An item is filled where this experiment holds evidence for it, with a link to it, and left empty "
            "where it holds none: "
            "the paper, or a person, has to answer those. “In part” means that what is linked does not answer "
            "the whole item. No "
            "score is given, for a score asks for judgement."
        )
    ]
    for one in checklists():
        found = {i.item: evidence_for(view, i.evidence) for i in one.items}
        whole = sum(1 for e in found.values() if e is not None and not e.in_part)
        part = sum(1 for e in found.values() if e is not None and e.in_part)
        summary = f"{one.name}: {len(one.items)} items, evidence for {whole}, in part for {part}"
        blocks.append(Folded(summary, _table(one, found)))
        blocks.append(Text(_cited(one), "after"))
    return Section("checklists", "Checklists", blocks)


def evidence_for(view: ExperimentView, name: str) -> Evidence | None:
    """What the experiment has of that name; None where nothing."""
    if name == "explanation":
        explained = view.explained
        return (
            None
            if explained is None
            else Evidence(f"Shapley values of {explained.model}, out of fold", "#explanation")
        )
    if name in IMAGING_EVIDENCE:
        return None if view.imaging is None else IMAGING_EVIDENCE[name](view.imaging)
    return EVIDENCE[name](view) if name else None


def _table(checklist: Checklist, found: dict[str, Evidence | None]) -> Grid:
    rows: list[list[str | Cell]] = []
    for one in checklist.items:
        evidence = found[one.item]
        shown = Cell("") if evidence is None else Cell(evidence.text, link=evidence.link)
        part = "" if evidence is None else "in part" if evidence.in_part else "yes"
        rows.append([one.item, one.title, part, shown])
    return make_grid(f"{checklist.name}, titles in our words", ["Item", "What", "Evidence", "Where"], rows)


def _cited(checklist: Checklist) -> Markup:
    link = f"https://doi.org/{checklist.doi}"
    return element("span", {}, f"{checklist.name}: ", element("a", {"href": link}, f"doi:{checklist.doi}"))
