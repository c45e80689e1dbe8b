"""What an experiment shows, in one sentence; and what was told on the way."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from oncometry.core import Code, Notice
from oncometry.prediction.feature_sets import SHUFFLED
from oncometry.prediction.material import BEST
from oncometry.prediction.metrics import Metric
from oncometry.prediction.outcome import Task
from oncometry.prediction.table import Block
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.experiment_words import (
    estimate_text,
    first_up,
    interval_text,
    is_better,
    metric_name,
    signed,
)
from oncometry.report.formatting import count_text, listed
from oncometry.report.grid import make_grid
from oncometry.report.section import Section, Text

__all__ = ["headline_section", "headline_sentence", "unsettled_sentence", "warnings_section"]

UNSETTLING = frozenset({Code.LEAK, Code.LEAK_SUSPECTED, Code.FEATURE_AFTER_OUTCOME, Code.EVENT_FLAG_DOUBTFUL})
"""Warnings that may make every number on the page wrong."""
CHANCE = {"auc": 0.5, "c_harrell": 0.5, "ordinal_c": 0.5}


def headline_section(view: ExperimentView) -> Section:
    """The sentence, the two results it compares, the control, and what was published."""
    unsettled = unsettled_sentence(view)
    blocks = [
        *([Text(unsettled, "warn")] if unsettled else []),
        Text(headline_sentence(view), "remark"),
        *(Text(t) for t in _compared(view)),
        Text(_control(view)),
        *(Text(t) for t in _without_picture(view)),
    ]
    published = view.material.experiment.published
    if published:
        blocks.append(Text(f"Known of these data: {published}"))
    blocks.append(
        Text(
            "All numbers are of patients that no fitted object had seen: whatever the declaration below says was learned, "
            "from filling gaps to calibration, was learned inside each training fold.",
            "soft",
        )
    )
    return Section("headline", "What was shown", blocks, "Result")


def unsettled_sentence(view: ExperimentView) -> str:
    """What has to be settled before any number is read; empty where there is nothing."""
    told = [n for n in view.result.notices if n.code in UNSETTLING]
    if not told:
        return ""
    return "Not to be read before this is settled: " + " ".join(f"{n.code}: {n.what}" for n in told)


def headline_sentence(view: ExperimentView) -> str:
    """What the larger set adds, with its interval; plainly where that is nothing, or cannot be said."""
    name = metric_name(view.heading)
    if view.pair is None:
        only = view.find(view.focus[0].model, view.largest, view.heading)
        return (
            f"Nothing is compared, for there is one block of features only ({view.largest}): "
            f"{name} {estimate_text(only)}, {view.percent} % interval."
        )
    larger, smaller = view.pair
    added = [str(b) for b in larger.blocks if b not in smaller.blocks]
    what = f"{listed(added)} on top of {smaller.name}" if smaller.blocks else listed(added)
    what = first_up(what)
    found = view.result.headline[0] if view.result.headline else None
    if found is None or found.value is None:
        return f"{what}: nothing can be said, for the difference of the {name} is not defined."
    said = (
        f"{signed(found.value, found.metric)} ({view.percent} % interval {interval_text(found, plus=True)})"
    )
    return f"{what} changed the {name} by {said}: {_verdict(view, found)}."


def _verdict(view: ExperimentView, found: Metric) -> str:
    """In the plainest words that the intervals allow."""
    better = is_better(found)
    if better is False:
        return "worse than without"
    if better is None:
        return "nothing was shown"
    splits = _over_splits(view, found)
    if splits is not None and is_better(splits) is not True:
        return f"not shown beyond doubt, for over training sets the interval is {interval_text(splits, plus=True)}"
    if _is_chance(view):
        return "a gain, but of a model that is itself not shown to be better than chance"
    return "a gain was shown"


def _over_splits(view: ExperimentView, found: Metric) -> Metric | None:
    """The same difference with its interval over splits (corrected resampled t)."""
    same = [m for m in view.result.headline if m.metric == found.metric and m is not found]
    return same[0] if same else None


def _is_chance(view: ExperimentView) -> bool:
    larger = view.find(view.focus[0].model, view.largest, view.heading)
    chance = CHANCE.get(view.heading)
    return chance is not None and larger is not None and larger.low is not None and larger.low <= chance


def _compared(view: ExperimentView) -> list[str]:
    rows = [
        f"{focus.name}: {metric_name(view.heading)} {estimate_text(view.find(focus.model, focus.features, view.heading))}"
        for focus in view.focus
    ]
    who = count_text(view.result.flow.patients, "patient")
    events = view.material.outcome.events
    told = who if events is None else f"{who}, {count_text(events, 'event')}"
    found = [f"{'; '.join(first_up(r) for r in rows)}. {told}."]
    if view.result.headline and (splits := _over_splits(view, view.result.headline[0])):
        found.append(
            f"The interval over patients says how far this validation can be trusted; over training sets ({splits.method}) "
            f"the difference is {estimate_text(splits, plus=True)}."
        )
    if view.task is Task.SURVIVAL:
        landmark = view.material.experiment.endpoint.landmark_day
        since = f" after day {landmark:g}, from which time counts" if landmark else ""
        found.append(f"Predictions are judged at day {view.material.outcome.horizon_days:g}{since}.")
    return found


def _control(view: ExperimentView) -> str:
    found = view.result.validated.permuted
    return (
        f"Control: on labels dealt anew the same learning ({found.model}, untuned, on {found.features}) orders patients with a "
        f"concordance of {found.mean:.3f} (0.5 is chance; mean of {len(found.permuted)} permutations); on the true labels "
        f"{found.observed:.3f}, p = {found.p_value:.3g}."
    )


def _without_picture(view: ExperimentView) -> list[str]:
    """How good the same features are of voxels in any order: size, shape and histogram are left (Welch 2019)."""
    if view.material.shuffled is None:
        return []
    true, shuffled = (view.find(BEST, name, view.heading) for name in (str(Block.RADIOMICS), SHUFFLED))
    return [
        f"Control: radiomics of regions whose voxels changed places at random reach a {metric_name(view.heading)} of "
        f"{estimate_text(shuffled)}, those of the true picture {estimate_text(true)}: what both have in common is size, shape "
        "and histogram."
    ]


def warnings_section(view: ExperimentView) -> Section:
    """What was accepted but is worth saying, by code."""
    notices = view.result.notices
    if not notices:
        return Section("warnings", "Warnings", [Text("There were none.")])
    grid = make_grid("What was accepted but has to be known", ["Code", "What"], _by_code(notices))
    return Section("warnings", "Warnings", [grid])


def _by_code(notices: Iterable[Notice]) -> list[list[str]]:
    rows = sorted(notices, key=lambda n: str(n.code))
    return [
        [code if not place else "", what]
        for code, group in groupby(rows, key=lambda n: str(n.code))
        for place, what in enumerate(dict.fromkeys(n.what for n in group))
    ]
