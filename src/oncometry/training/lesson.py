"""One network learned in one folder, with its card and curves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from oncometry.core import Code, Contrast, SettingsError
from oncometry.io import write_text
from oncometry.pipeline import Reporter, counter
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.card import NetworkCard, RegionRule
from oncometry.segmentation.training.curves import write_curves, write_history
from oncometry.segmentation.training.learn import learn
from oncometry.segmentation.training.source import ExampleSource
from oncometry.segmentation.training.state import CheckRow
from oncometry.segmentation.weights import write_network
from oncometry.training.begun import Begun
from oncometry.training_settings import TrainingSettings

__all__ = ["LEARNED_FROM", "Lesson", "Plan", "Trained", "learned_network", "refuse_other_data"]

LEARNED_FROM = "data.sha256"


@dataclass(frozen=True)
class Plan:
    """What goes into a network and what comes out, as its card has it."""

    inputs: tuple[Contrast, ...]
    regions: tuple[RegionRule, ...]
    scheme: str | None
    spacing_mm: float


@dataclass(frozen=True, eq=False)
class Lesson:
    """What is learned, and from what.

    Attributes:
        settings: of the network and how it learns.
        source: of examples.
        data: of the card; how many steps were made is added.
        begun: the weights that it begins from, if any.
    """

    settings: TrainingSettings
    plan: Plan
    source: ExampleSource
    data: str
    begun: Begun | None


@dataclass(frozen=True)
class Trained:
    """Where a training stands, and the network it left.

    Attributes:
        card: as written; `measured` where whole cases were held out and all steps made.
        dice: of the last look at held-out patches.
    """

    card: NetworkCard
    step: int
    steps: int
    dice: dict[str, float | None]
    weights: Path
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """All steps were made."""
        return self.step >= self.steps

    @property
    def result(self) -> Path:
        """The file to look at first."""
        return self.weights

    def to_json(self) -> dict[str, Any]:
        """Plain values, paths as text."""
        return {
            "network": self.card.name,
            "sha256": self.card.sha256,
            "weights": str(self.weights),
            "step": self.step,
            "steps": self.steps,
            "finished": self.finished,
            "dice_on_held_out_patches": self.dice,
            "measured": [one.model_dump(mode="json") for one in self.card.measured],
            "left_out": self.left_out,
        }


def learned_network(lesson: Lesson, output: Path, reporter: Reporter) -> Trained:
    """Learn, or go on learning, in a folder."""
    settings, plan = lesson.settings, lesson.plan
    steps, names = settings.learning.steps, [region.name for region in plan.regions]
    begun = lesson.begun
    _say_begun(begun, reporter)
    architecture = Architecture(
        inputs=len(plan.inputs), outputs=len(plan.regions), channels=settings.channels
    )
    progress = counter(reporter)

    def told(row: CheckRow) -> None:
        progress("training", row.step, steps)
        dice = " ".join(
            f"{n} {'-' if d is None else f'{d:.3f}'}" for n, d in zip(names, row.dice, strict=True)
        )
        reporter.say(f"step {row.step} of {steps}: loss {row.loss:.3f}, Dice on held-out patches {dice}")

    output.mkdir(parents=True, exist_ok=True)
    initial = None if begun is None else begun.weights
    learned = learn(architecture, settings.learning, lesson.source, output, initial=initial, told=told)
    if learned.rows:
        write_history(learned.rows, names, output)
        write_curves(learned.rows, names, output)
    write_text(output / "settings.yaml", yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False))
    data = f"{lesson.data}; {learned.step} of {steps} steps"
    if begun is not None:
        data += f"; {begun}"
    fields = _fields(settings, plan) | {"architecture": architecture, "data": data}
    card = write_network(output, learned.weights, **fields)
    last = learned.rows[-1].dice if learned.rows else (None,) * len(names)
    weights = output / f"{card.name}.safetensors"
    return Trained(card, learned.step, steps, dict(zip(names, last, strict=True)), weights)


def _say_begun(begun: Begun | None, reporter: Reporter) -> None:
    """What is taken of other weights; where some do not fit, even a quiet run says so."""
    if begun is not None:
        say = reporter.say if begun.taken == begun.of else reporter.warn
        say(f"begun from {begun.card.name}: {begun.taken} of {begun.of} tensors fit, and are taken")


def refuse_other_data(digest: str, output: Path) -> None:
    """A training goes on with what it was begun with, or not at all.

    Raises:
        SettingsError: `SETTINGS`, another digest stands in the folder.
    """
    path = output / LEARNED_FROM
    if path.is_file() and path.read_text(encoding="utf-8") != digest:
        raise SettingsError(
            Code.SETTINGS,
            "a training with other cases, others held out, images that vary otherwise or from other weights was begun here.",
            path=output,
            advice="Give -o another folder, or the data that it was begun with.",
        )
    write_text(path, digest)


def _fields(settings: TrainingSettings, plan: Plan) -> dict[str, Any]:
    return {
        "name": settings.name,
        "version": settings.version,
        "task": settings.task,
        "inputs": plan.inputs,
        "spacing_mm": (plan.spacing_mm,) * 3,
        "field": settings.learning.patch if settings.task == "brain" else None,
        "scheme": plan.scheme,
        "regions": plan.regions,
        "license": settings.license,
    }
