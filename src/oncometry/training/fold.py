"""One network learned from some cases and judged on others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from oncometry.pipeline import Reporter
from oncometry.segmentation.card import MeasuredQuality
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.segmenter import Segmenter
from oncometry.segmentation.weights import read_card, write_card
from oncometry.synthesis.training.case_source import CaseSource
from oncometry.training.begun import Begun
from oncometry.training.judged import judged, measured, number_of, quality_text, write_table
from oncometry.training.kept_cases import KeptCase, KeptCases
from oncometry.training.lesson import Lesson, Plan, Trained, learned_network, refuse_other_data
from oncometry.training.split import each_case_alone
from oncometry.training_data import CasesData
from oncometry.training_settings import TrainingSettings

__all__ = ["TABLE", "Course", "learned_from", "trained_fold"]

TABLE = "held_out.csv"


@dataclass(frozen=True)
class Course:
    """What all folds share.

    Attributes:
        settings: whose data are cases.
        scheme: of the masks; None where the data set names their labels.
        brain: the network that finds the brain.
        begun: the weights that it begins from, if any.
    """

    settings: TrainingSettings
    data: CasesData
    plan: Plan
    kept: KeptCases
    scheme: str | None
    brain: Segmenter | None
    begun: Begun | None


def trained_fold(
    course: Course, held_out: frozenset[str], output: Path, reporter: Reporter, fold: int = 0
) -> Trained:
    """Learn from all patients but those held out; once all steps are made, judge whole cases of these.

    Raises:
        SettingsError: `SETTINGS`, another training, or one of other cases, was begun in the folder.
    """
    cases, data = course.kept.cases, course.data
    seen = [case for case in cases if case.files.patient not in held_out]
    others = [case for case in cases if case.files.patient in held_out]
    refuse_other_data(learned_from(course, held_out), output)
    before = _card_before(course.settings.name, output)
    source = CaseSource(
        [case.path for case in seen],
        [case.path for case in others],
        course.plan.inputs,
        len(course.plan.regions),
        data.augmentation,
        course.plan.spacing_mm,
    )
    patients = len({case.files.patient for case in seen})
    told = f"{number_of(len(seen), 'case')} of {number_of(patients, 'patient')} ({data.kind})"
    told += f", {number_of(len(held_out), 'patient')} held out"
    if others and each_case_alone((case.files for case in cases), data):
        told += ", each case counted as a patient"
    trained = learned_network(
        Lesson(course.settings, course.plan, source, told, course.begun), output, reporter
    )
    trained = replace(trained, left_out=course.kept.left_out)
    if not trained.finished or not others:
        return trained
    if before is not None and before[0] == trained.card.sha256 and (output / TABLE).is_file():
        return _with_quality(trained, before[1])
    return _with_quality(trained, _quality(course, trained, others, reporter, fold))


def _quality(
    course: Course, trained: Trained, others: list[KeptCase], reporter: Reporter, fold: int
) -> tuple[MeasuredQuality, ...]:
    settings = InferenceSettings(threads=course.settings.learning.threads)
    network = OwnNetwork.read(trained.weights, settings, course.brain)
    rows = judged(network, [case.files for case in others], course.plan, course.scheme, fold, reporter)
    write_table(rows, trained.weights.with_name(TABLE))
    where = f", fold {fold}" if fold else ""
    quality = measured(rows, f"patients held out of the training data ({course.data.kind}{where})")
    reporter.say(f"mean Dice on whole held-out cases {quality_text(quality)}; by case in {TABLE}")
    return quality


def _with_quality(trained: Trained, quality: tuple[MeasuredQuality, ...]) -> Trained:
    """The card says what was measured."""
    card = trained.card.model_copy(update={"measured": quality})
    write_card(trained.weights.parent, card)
    return replace(trained, card=card)


def _card_before(name: str, output: Path) -> tuple[str, tuple[MeasuredQuality, ...]] | None:
    """Hash and quality on the card that an earlier call left."""
    path = output / f"{name}.json"
    if not path.is_file():
        return None
    card = read_card(path)
    return card.sha256, card.measured


def learned_from(course: Course, held_out: frozenset[str]) -> str:
    """What stands in the folder of a fold: hash of the cases learned from, those held out, and how patches are changed."""
    cases = course.kept.cases
    seen = [case.path.name for case in cases if case.files.patient not in held_out]
    others = [case.path.name for case in cases if case.files.patient in held_out]
    before = "" if course.begun is None else course.begun.card.sha256
    told = "\n".join([*seen, "--", *others, course.data.augmentation.model_dump_json(), before])
    return hashlib.sha256(told.encode()).hexdigest() + "\n"
