"""One page a patient: what each model says side by side, or why it says nothing; and a page that leads to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from oncometry.core import Notice
from oncometry.prediction.final.card import ModelCard
from oncometry.prediction.final.patient_model import PatientPrediction
from oncometry.prediction.final.told import quantity, set_text
from oncometry.prediction.metrics import Metric
from oncometry.prediction.outcome import Task
from oncometry.report.contribution_plot import draw_contributions, is_moved
from oncometry.report.formatting import number_text
from oncometry.report.grid import Cell, make_grid
from oncometry.report.interval_bar import draw_interval
from oncometry.report.line_chart import Curve, LineChart, draw_lines
from oncometry.report.page import render

__all__ = ["Asked", "prediction_index", "prediction_page"]

HEADING = {"auc", "c_harrell", "ordinal_c", "mae", "brier", "r2", "calibration_slope", "integrated_brier"}
KINDS = {
    "binary": "Response",
    "ordinal": "Category",
    "continuous": "Number",
    "survival": "Time to event",
    "toxicity": "Toxicity",
}


@dataclass(frozen=True, eq=False)
class Asked:
    """What one model says of one row, and what has to be known of all that it says here."""

    card: ModelCard
    said: PatientPrediction
    notices: tuple[Notice, ...] = ()


def prediction_page(patient: str, asked: Sequence[Asked]) -> str:
    """As HTML: the models in the order in which they were asked."""
    context = {
        "title": f"Prediction for {patient}",
        "patient": patient,
        "panels": [_panel(one) for one in asked],
        "models": [_model(card) for card in {a.card.name: a.card for a in asked}.values()],
    }
    return render("prediction.html.j2", context)


def prediction_index(asked: Sequence[Asked], pages: Mapping[str, str], metrics: Sequence[Metric]) -> str:
    """As HTML: a row a patient, a column a model.

    Args:
        pages: patient -> file of the page.
        metrics: of models on these rows, where their outcomes are known.
    """
    cards = {a.card.name: a.card for a in asked}
    said: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        said.setdefault((one.said.patient, one.card.name), []).append(one)
    rows = [
        [Cell(patient, link=page), *(_cell(said.get((patient, name), [])) for name in cards)]
        for patient, page in pages.items()
    ]
    silent = sum(not a.said.verdict.is_inside for a in asked)
    context = {
        "title": "Predictions",
        "count": len(pages),
        "silent": silent,
        "asked": len(asked),
        "patients": make_grid(
            "Patients; a chance with its bootstrap interval, or why there is none",
            ["patient", *(f"{c.title}: {quantity(c)}" for c in cards.values())],
            rows,
            "predictions.csv",
        ),
        "notices": list(dict.fromkeys(str(notice) for one in asked for notice in one.notices)),
        "metrics": make_grid(
            "How well these models do on these rows",
            ["model", "rows", "metric", "#value", "#interval", "#n", "method"],
            [_metric(m) for m in metrics],
        ),
        "models": [_model(card) for card in cards.values()],
    }
    return render("predictions.html.j2", context)


def _panel(one: Asked) -> dict[str, Any]:
    card, said = one.card, one.said
    valid = said.verdict.is_inside
    found: dict[str, Any] = {
        "kind": KINDS[card.kind], "title": card.title, "quantity": quantity(card), "valid": valid,
        "reasons": list(said.verdict.reasons), "cautions": [*map(str, one.notices), *said.verdict.cautions],
        "value": "", "interval": "",
        "bar": None, "set": "", "classes": None, "third": "", "waterfall": None, "curve": None, "features": card.features,
    }  # fmt: skip
    if not valid:
        return found
    percent = card.task in (Task.BINARY, Task.SURVIVAL)
    bounds = None if said.low is None or said.high is None else (said.low, said.high)
    found["value"] = _number(said.value, percent)
    if bounds is not None:
        found["interval"] = f"{_number(bounds[0], percent)} to {_number(bounds[1], percent)}"
    found["level"] = f"{100 * card.level:g}"
    ends = (0.0, 1.0) if percent else _ends(card, said)
    label = f"{found['quantity']}: {found['value']} ({found['interval']})"
    found["bar"] = draw_interval(said.value, bounds, ends, label, percent)
    found["set"] = _set(card, said)
    found["classes"] = _classes(card, said) if card.task is Task.ORDINAL else None
    found["third"] = _third(card, said)
    if is_moved(said.contributions):
        label = f"What moved the prediction of {card.endpoint}"
        found["waterfall"] = draw_contributions(said.contributions, said.typical, said.value, percent, label)
    found["curve"] = _curve(card, said)
    return found


def _number(value: float, percent: bool) -> str:
    return f"{number_text(100 * value, 0)}\u00a0%" if percent else number_text(value, 2)


def _ends(card: ModelCard, said: PatientPrediction) -> tuple[float, float]:
    if card.task is Task.ORDINAL:
        return 0.0, float(len(card.classes) - 1)
    reach = [
        said.value,
        said.typical,
        *(x for x in (said.from_number, said.to_number, said.low, said.high) if x is not None),
    ]
    return min(reach), max(reach)


def _set(card: ModelCard, said: PatientPrediction) -> str:
    told = set_text(card, said)
    if not told or card.conformal is None:
        return ""
    share = 100 * card.conformal.coverage
    if card.classes and len(said.may_be) == len(card.classes):
        return f"any of {told.replace(' or ', ', ')}: at {share:g} % coverage the model cannot tell them apart here."
    return f"{told}. Such statements hold for {share:g} of 100 patients like those of the validation."


def _classes(card: ModelCard, said: PatientPrediction) -> Any:
    rows = []
    for k, name in enumerate(card.classes):
        interval = ""
        if said.chance_low:
            interval = f"{_number(said.chance_low[k], True)} to {_number(said.chance_high[k], True)}"
        rows.append([name, _number(said.chances[k], True), interval, "yes" if k in said.may_be else ""])
    return make_grid("Chance of each category", ["category", "#chance", "#interval", "in the set"], rows)


def _third(card: ModelCard, said: PatientPrediction) -> str:
    third = next((t for t in card.thirds if t.name == said.third), None)
    if third is None:
        return ""
    happened = "" if third.observed is None else f"; {_number(third.observed, True)} of them had it"
    by = f" by day {card.horizon_days:g}" if card.task is Task.SURVIVAL else ""
    return (
        f"In the {third.name} third of the validation's {sum(t.patients for t in card.thirds)} patients, who were told "
        f"{_number(third.predicted, True)} on average{by}{happened}."
    )


def _curve(card: ModelCard, said: PatientPrediction) -> Markup | None:
    if not said.free:
        return None
    kept = sorted({0, *range(1, len(card.times_days), 4), len(card.times_days) - 1})
    series = [("predicted", said.free, "c0")]
    if said.free_low:
        series += [("low", said.free_low, "c7"), ("high", said.free_high, "c7")]
    curves = [
        Curve(name, ((0.0, 100.0, "day 0"), *(_point(card.times_days[i], chances[i]) for i in kept)), css)
        for name, chances, css in series
    ]
    title = f"Chance to be free of {card.endpoint}, with its bootstrap interval"
    return draw_lines(LineChart(title, "days", "free of the event (%)", curves, width=380.0, height=230.0))


def _point(day: float, chance: float) -> tuple[float, float, str]:
    return day, 100 * chance, f"day {day:g}: {100 * chance:.0f} %"


def _cell(asked: Sequence[Asked]) -> Cell:
    if not asked:
        return Cell("–", title="the model was not asked")
    one = asked[0]
    more = f" (first of {len(asked)} rows)" if len(asked) > 1 else ""
    if not one.said.verdict.is_inside:
        return Cell("no prediction" + more, title="; ".join(one.said.verdict.reasons), css="warn")
    percent = one.card.task in (Task.BINARY, Task.SURVIVAL)
    text = _number(one.said.value, percent)
    if one.said.low is not None and one.said.high is not None:
        text += f" ({_number(one.said.low, percent)} to {_number(one.said.high, percent)})"
    return Cell(text + more, title=set_text(one.card, one.said))


def _metric(m: Metric) -> list[str]:
    interval = "" if m.low is None or m.high is None else f"{m.low:.3f} to {m.high:.3f}"
    value = str(m.reason or "") if m.value is None else f"{m.value:.3f}"
    return [m.model, m.features, m.metric.replace("_", " "), value, interval, str(m.n), m.method]


def _model(card: ModelCard) -> dict[str, Any]:
    """What a reader has to know of a model, from its card."""
    validated = [
        Metric(**dict(row.items()))
        for row in card.metrics
        if row["metric"] in HEADING and row["features"] == card.features
    ]
    events = "" if card.trained_on.events is None else f", {card.trained_on.events} with the event"
    return {
        "title": card.title,
        "facts": {
            "model": f"{card.model} on {card.features} ({sum(c.used for c in card.columns)} features)",
            "fitted on": f"{card.trained_on.patients} patients{events}",
            "interval": f"{100 * card.level:g} %, of {card.refits} refits on patients drawn anew",
            "intended use": card.intended_use,
            "weights": card.weights_sha256[:16] + "…",
        },
        "validated": make_grid(
            "In nested cross-validation",
            ["metric", "#value", "#interval", "#n"],
            [[m.metric.replace("_", " "), *_metric(m)[3:6]] for m in validated],
        ),
        "warnings": [f"{w.code}: {w.what}" for w in card.warnings],
    }
