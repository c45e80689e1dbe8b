"""All parts of a validation, each in a process of its own, in any order; what is done is not done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from threadpoolctl import threadpool_limits

from oncometry.core.processes import Processes, first_done
from oncometry.pipeline.experiment.parts import Parts
from oncometry.pipeline.progress import Reporter
from oncometry.prediction.divided import divided
from oncometry.prediction.material import Material, SplitResult
from oncometry.prediction.nested import judge_split
from oncometry.prediction.permuted import FoldPoints, fold_points, permuted_concordance
from oncometry.prediction.result import Validated

__all__ = ["Work", "validate"]

T = TypeVar("T")


@dataclass
class Work:
    """Parts made in processes, kept as they are done."""

    pool: Processes
    parts: Parts
    reporter: Reporter

    def all(self, stage: str, kind: type[T], asked: Sequence[tuple[str, Callable[[], T]]]) -> tuple[T, ...]:
        """Each part as it was kept, or made now."""
        done = {name: part for name, _ in asked if (part := self.parts.get(name, kind)) is not None}
        self.reporter.stage(stage, len(asked))
        for _ in done:
            self.reporter.advance("kept from before")
        waiting = {self.pool.submit(_alone, make): name for name, make in asked if name not in done}
        while waiting:
            for future in first_done(waiting):
                name = waiting.pop(future)
                done[name] = future.result()
                self.parts.keep(name, done[name])
                self.reporter.advance(name)
        return tuple(done[name] for name, _ in asked)


def _alone(make: Callable[[], T]) -> T:
    """A part in one thread: there are as many processes as processors already."""
    with threadpool_limits(1):
        return make()


def validate(material: Material, work: Work) -> Validated:
    """Judge every split, and deal the labels anew.

    Raises:
        SettingsError: `TOO_FEW_PATIENTS`.
        StoreError: `LEAK`, something was fitted on a patient that it is judged on.
    """
    parts = divided(material)
    splits, held_out = parts.splits, parts.held_out
    largest = max(material.sets, key=lambda s: len(s.blocks))
    first = [s for s in splits if s.repeat == 0]
    results = work.all(
        "validation",
        SplitResult,
        [(f"split-{s.repeat}-{s.fold}", partial(judge_split, material, s)) for s in splits],
    )
    sites = work.all(
        "held-out sites",
        SplitResult,
        [(f"site-{s.fold}", partial(judge_split, material, s)) for s in held_out],
    )
    points = work.all(
        "permuted labels",
        FoldPoints,
        [(f"permuted-{s.fold}", partial(fold_points, material, s, first, largest)) for s in first],
    )
    permuted = permuted_concordance(material, list(points), largest)
    return Validated(splits, results, held_out, sites, permuted)
