"""Patients' images and masks as what a network learns from."""

from __future__ import annotations

from pathlib import Path

from oncometry.core import Contrast, scheme_named
from oncometry.io.case_layouts import FoundCases, find_cases
from oncometry.io.label_hints import DATASET_FILE, hints_of
from oncometry.io.label_names import compartment_of
from oncometry.pipeline import Reporter
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.opening import brain_network
from oncometry.training.begun import begun_from
from oncometry.training.cross_validation import CrossValidated, cross_validated
from oncometry.training.fold import Course, trained_fold
from oncometry.training.kept_cases import MaskLabels, keep_cases
from oncometry.training.lesson import Plan, Trained
from oncometry.training.regions import shown_regions
from oncometry.training.split import each_case_alone, fold_patients, held_out_patients
from oncometry.training_data import CasesData
from oncometry.training_settings import TrainingSettings

__all__ = ["train_on_cases"]

USUAL = "brats-2023"
CASES = "cases"


def train_on_cases(
    settings: TrainingSettings, data: CasesData, output: Path, reporter: Reporter
) -> Trained | CrossValidated:
    """Prepare cases, hold patients out, train, and judge on whole cases of those held out."""
    found = find_cases(data.kind, data.folder, data.patient)
    scheme = data.scheme or (USUAL if data.kind == "brats" else None)
    plan = _plan(found, data, scheme)
    begun_from(settings, plan.inputs, plan.regions)
    reporter.say(
        f"{len(found.cases)} cases: {', '.join(plan.inputs)} in, "
        f"{', '.join(rule.name for rule in plan.regions)} out; labels "
        + (f"as {scheme} has them" if scheme else "as dataset.json names them")
    )
    if each_case_alone(found.cases, data) and (settings.cross_validation or data.held_out):
        reporter.say("held out by case: name the patient in data.patient if one has several")
    people = [case.patient for case in found.cases]
    folds, seed = settings.cross_validation, settings.learning.seed
    if folds is None:
        held_out_patients(people, data.held_out, seed)
    else:
        fold_patients(people, folds.folds, seed)
    brain = brain_network(data.brain, InferenceSettings(threads=settings.learning.threads))
    kept = keep_cases(
        found, plan, MaskLabels(scheme, data.scheme is not None), brain, output / CASES, reporter
    )
    course = Course(settings, data, plan, kept, scheme, brain)
    people = [case.files.patient for case in kept.cases]
    if folds is not None:
        return cross_validated(course, folds, fold_patients(people, folds.folds, seed), output, reporter)
    return trained_fold(course, held_out_patients(people, data.held_out, seed), output, reporter)


def _plan(found: FoundCases, data: CasesData, scheme: str | None) -> Plan:
    """What the network takes and gives, from what the data show.

    Raises:
        SettingsError: `SETTINGS`, the labels are of no tumor.
    """
    if scheme is not None:
        meant = [compartment for _, compartment in scheme_named(scheme).labels.values()]
    else:
        names = hints_of((), data.folder / DATASET_FILE).names
        meant = [c for _, name in names if (c := compartment_of(name)) is not None]
    there = {contrast for case in found.cases for contrast in case.images}
    inputs = data.inputs or tuple(contrast for contrast in Contrast if contrast in there)
    written, rules = shown_regions(meant)
    return Plan(inputs, rules, written, data.spacing_mm)
