"""Patients' images and masks as what a network learns from."""

from __future__ import annotations

from pathlib import Path

from oncometry.core import Compartment, Contrast, scheme_named
from oncometry.io.case_layouts import FoundCases, find_cases
from oncometry.io.label_hints import DATASET_FILE, hints_of
from oncometry.io.label_names import compartment_of
from oncometry.pipeline import Reporter
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.opening import brain_network
from oncometry.training.begun import begun_from
from oncometry.training.cohort_cases import cohort_cases
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
VISITS = "visits"


def train_on_cases(
    settings: TrainingSettings, data: CasesData, output: Path, reporter: Reporter
) -> Trained | CrossValidated:
    """Prepare cases, hold patients out, train, and judge on whole cases of those held out."""
    found, plan, scheme = _found(data, output, reporter)
    begun = begun_from(settings, plan.inputs, plan.regions)
    reporter.say(
        f"{len(found.cases)} cases: {', '.join(plan.inputs)} in, "
        f"{', '.join(rule.name for rule in plan.regions)} out; labels "
        + (f"as {scheme} has them" if scheme else "as the data set names them")
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
    kept = keep_cases(found, plan, MaskLabels(scheme, _is_stated(data)), brain, output / CASES, reporter)
    course = Course(settings, data, plan, kept, scheme, brain, begun)
    people = [case.files.patient for case in kept.cases]
    if folds is not None:
        return cross_validated(course, folds, fold_patients(people, folds.folds, seed), output, reporter)
    return trained_fold(course, held_out_patients(people, data.held_out, seed), output, reporter)


def _is_stated(data: CasesData) -> bool:
    """Whether a mask that nothing explains is the fault of that case."""
    return data.kind == "cohort" or data.scheme is not None


def _found(data: CasesData, output: Path, reporter: Reporter) -> tuple[FoundCases, Plan, str | None]:
    """Cases, what goes in and out, and the scheme of the masks; None where they name their labels."""
    if data.kind == "cohort":
        cohort = cohort_cases(data, output / VISITS, reporter)
        return (
            cohort.found,
            Plan(_inputs(cohort.found, data), cohort.rules, cohort.scheme, data.spacing_mm),
            None,
        )
    found = find_cases(data.kind, data.folder, data.patient)
    scheme = data.scheme or (USUAL if data.kind == "brats" else None)
    written, rules = shown_regions(_meant(data, scheme))
    return found, Plan(_inputs(found, data), rules, written, data.spacing_mm), scheme


def _inputs(found: FoundCases, data: CasesData) -> tuple[Contrast, ...]:
    there = {contrast for case in found.cases for contrast in case.images}
    return data.inputs or tuple(contrast for contrast in Contrast if contrast in there)


def _meant(data: CasesData, scheme: str | None) -> list[Compartment]:
    """What the labels of a data set mean."""
    if scheme is not None:
        return [compartment for _, compartment in scheme_named(scheme).labels.values()]
    names = hints_of((), data.folder / DATASET_FILE).names
    return [c for _, name in names if (c := compartment_of(name)) is not None]
