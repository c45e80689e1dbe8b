"""The models of all patients that stand beside the page, for new patients."""

from __future__ import annotations

from oncometry.prediction.final.store import CARD
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.grid import Cell, make_grid
from oncometry.report.section import Section, Text

__all__ = ["final_section"]


def final_section(view: ExperimentView) -> Section | None:
    """What each is, and its card; None where none was fitted."""
    final = view.result.final
    if not final:
        return None
    rows: list[list[str | Cell]] = []
    for model in final:
        card = model.card
        tuned = ", ".join(f"{name} {value}" for name, value in sorted(card.parameters.items())) or "nothing"
        file = card.name + CARD
        rows.append([card.features, card.model, tuned, str(card.refits), Cell(file, link=file)])
    headings = ["Features", "Model", "Settings", "#refits", "Card"]
    said = (
        "Settings were chosen by cross-validation over all patients. None of the numbers on this page is of these models: "
        "they are of models that were made in the same way of fewer patients. "
        "Another hospital's patients have to tell how good these are."
    )
    grid = make_grid("Models of all patients, each with its refits on patients drawn anew", headings, rows)
    return Section("final", "Models for new patients", [grid, Text(said)], "Models")
