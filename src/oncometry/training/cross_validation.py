"""Every patient held out once: a network for each fold, and what all of them together say."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oncometry.pipeline import Reporter
from oncometry.segmentation.card import MeasuredQuality
from oncometry.segmentation.training.curves import write_fold_curves
from oncometry.segmentation.weights import read_card, write_card
from oncometry.training.fold import TABLE, Course, learned_from, trained_fold
from oncometry.training.judged import measured, number_of, quality_text, read_table, write_table
from oncometry.training.lesson import LEARNED_FROM, Trained
from oncometry.training_data import CrossValidation

__all__ = ["CrossValidated", "cross_validated"]

ALL_TABLE = "cross_validation.csv"
LEAST_MINUTES = 1e-3


@dataclass(frozen=True)
class CrossValidated:
    """Networks of the folds trained in this call.

    Attributes:
        measured: over all folds; empty while one is not finished.
    """

    folds: tuple[Trained, ...]
    measured: tuple[MeasuredQuality, ...]
    result: Path

    def to_json(self) -> dict[str, Any]:
        """Plain values, paths as text."""
        return {
            "folds": [fold.to_json() for fold in self.folds],
            "finished": bool(self.measured),
            "measured": [one.model_dump(mode="json") for one in self.measured],
        }


def cross_validated(
    course: Course,
    asked: CrossValidation,
    held_out: Sequence[frozenset[str]],
    output: Path,
    reporter: Reporter,
) -> CrossValidated:
    """Train the folds asked for, each in its own folder, then put together those that are finished.

    `minutes` are those of all of them: what is not begun then, the next call begins.
    """
    began, trained = time.monotonic(), []
    numbers = range(1, asked.folds + 1) if asked.fold == "all" else [asked.fold]
    for number in numbers:
        patients = number_of(len(held_out[number - 1]), "patient")
        reporter.say(f"fold {number} of {asked.folds}: {patients} held out")
        one = _fold_course(course, number, time.monotonic() - began)
        trained.append(trained_fold(one, held_out[number - 1], _place(output, number), reporter, number))
        if not trained[-1].finished:
            break
    done = _together(course, held_out, tuple(trained), output)
    if done.measured:
        reporter.say(f"mean Dice of cross-validation {quality_text(done.measured)}; by case in {ALL_TABLE}")
    return done


def _place(output: Path, number: int) -> Path:
    return output / f"fold-{number}"


def _name(course: Course, number: int) -> str:
    return f"{course.settings.name}-fold-{number}"


def _fold_course(course: Course, number: int, seconds: float) -> Course:
    """Under a name of its own, with what is left of the minutes."""
    settings = course.settings
    minutes = settings.learning.minutes
    left = None if minutes is None else max(minutes - seconds / 60, LEAST_MINUTES)
    learning = settings.learning.model_copy(update={"minutes": left})
    changed = settings.model_copy(update={"name": _name(course, number), "learning": learning})
    return replace(course, settings=changed)


def _finished(course: Course, held_out: frozenset[str], place: Path) -> bool:
    """Whether whole cases were judged there, of this very split: one made before a case came or went does not count."""
    begun = place / LEARNED_FROM
    same = begun.is_file() and begun.read_text(encoding="utf-8") == learned_from(course, held_out)
    return same and (place / TABLE).is_file()


def _together(
    course: Course, held_out: Sequence[frozenset[str]], trained: tuple[Trained, ...], output: Path
) -> CrossValidated:
    """The table and picture of all folds so far; once all are finished, the mean on every card."""
    folds = len(held_out)
    finished = [
        number for number, out in enumerate(held_out, 1) if _finished(course, out, _place(output, number))
    ]
    rows = [row for number in finished for row in read_table(_place(output, number) / TABLE)]
    write_table(rows, output / ALL_TABLE)
    write_fold_curves(
        {number: _place(output, number) for number in range(1, folds + 1)},
        [rule.name for rule in course.plan.regions],
        output / "curves.png",
    )
    if len(finished) < folds:
        return CrossValidated(trained, (), output / ALL_TABLE)
    quality = measured(rows, f"cross-validation by patient in {folds} folds ({course.data.kind})")
    for number in finished:
        card = read_card(_place(output, number) / f"{_name(course, number)}.json")
        own = tuple(one for one in card.measured if not one.data.startswith("cross-validation"))
        write_card(_place(output, number), card.model_copy(update={"measured": (*own, *quality)}))
    return CrossValidated(trained, quality, output / ALL_TABLE)
