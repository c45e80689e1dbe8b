"""The page of an experiment, in the order a reviewer reads; it needs nothing but itself and links to the files beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from oncometry.io import write_text
from oncometry.prediction.explained import Explained
from oncometry.prediction.imaging import Imaging
from oncometry.prediction.result import ExperimentResult
from oncometry.report.experiment_calibration import calibration_section, decision_section
from oncometry.report.experiment_checklists import checklists_section
from oncometry.report.experiment_choice import choice_section
from oncometry.report.experiment_declared import declared_section
from oncometry.report.experiment_discrimination import discrimination_section
from oncometry.report.experiment_explanation import explanation_section
from oncometry.report.experiment_failures import failures_section
from oncometry.report.experiment_final import final_section
from oncometry.report.experiment_groups import groups_section
from oncometry.report.experiment_headline import headline_section, warnings_section
from oncometry.report.experiment_imaging import imaging_section
from oncometry.report.experiment_patients import flow_section, sites_section
from oncometry.report.experiment_permuted import permuted_section
from oncometry.report.experiment_scores import scores_section
from oncometry.report.experiment_size import size_section
from oncometry.report.experiment_survival import survival_section
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.page import render
from oncometry.report.section import Section

__all__ = ["experiment_page", "write_experiment_report"]

PAGE = "index.html"
SECTIONS: tuple[Callable[[ExperimentView], Section | None], ...] = (
    headline_section,
    warnings_section,
    flow_section,
    declared_section,
    imaging_section,
    size_section,
    sites_section,
    scores_section,
    permuted_section,
    discrimination_section,
    survival_section,
    calibration_section,
    decision_section,
    choice_section,
    groups_section,
    explanation_section,
    failures_section,
    final_section,
    checklists_section,
)


def write_experiment_report(
    result: ExperimentResult,
    folder: Path,
    explained: Explained | None = None,
    imaging: Imaging | None = None,
) -> Path:
    """Write `index.html` into the folder of a result, beside the files that it links to."""
    path = folder / PAGE
    write_text(path, experiment_page(result, explained, imaging))
    return path


def experiment_page(
    result: ExperimentResult, explained: Explained | None = None, imaging: Imaging | None = None
) -> str:
    """As HTML."""
    view = ExperimentView(result, explained, imaging)
    sections = [s for make in SECTIONS if (s := make(view)) is not None]
    experiment = result.material.experiment
    return render(
        "experiment.html.j2",
        {
            "title": experiment.title or f"Experiment {experiment.name}",
            "subtitle": f"{experiment.name} · {result.material.outcome.name} · declaration {result.sha256[:12]}",
            "sections": sections,
        },
    )
