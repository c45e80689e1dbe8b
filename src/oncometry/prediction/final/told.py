"""What a prediction says, as rows for a spreadsheet and as JSON; a number that is not valid never stands where valid ones do."""

from __future__ import annotations

from typing import Any

from oncometry.prediction.final.card import ModelCard
from oncometry.prediction.final.patient_model import PatientModel, PatientPrediction, Predictions
from oncometry.prediction.outcome import Task

__all__ = ["COLUMNS", "prediction_json", "prediction_rows", "quantity", "set_text"]

COLUMNS = (
    "patient", "row", "model", "endpoint", "features", "quantity", "value", "low", "high", "level", "conformal", "coverage",
    "third", "valid", "reasons", "cautions",
)  # fmt: skip


def quantity(card: ModelCard) -> str:
    """What `value` is."""
    if card.task is Task.BINARY:
        return f"chance of {card.endpoint} = {card.classes[1]}"
    if card.task is Task.SURVIVAL:
        return f"chance of the event ({card.endpoint}) by day {card.horizon_days:g}"
    return (
        f"expected {card.endpoint}" if card.task is Task.CONTINUOUS else f"mean category of {card.endpoint}"
    )


def set_text(card: ModelCard, said: PatientPrediction) -> str:
    """The conformal set or interval; '' where there is none."""
    if said.may_be:
        return " or ".join(card.classes[k] for k in said.may_be)
    if said.from_number is not None and said.to_number is not None:
        return f"{said.from_number:.4g} to {said.to_number:.4g}"
    return ""


def prediction_rows(model: PatientModel, predictions: Predictions) -> list[dict[str, Any]]:
    """A row a patient with the names of `COLUMNS`; what is not valid has reasons and no number."""
    card = model.card
    found = []
    for i, said in enumerate(predictions.patients):
        valid = said.verdict.is_inside
        found.append(
            {
                "patient": said.patient,
                "row": i + 1,
                "model": card.name,
                "endpoint": card.endpoint,
                "features": card.features,
                "quantity": quantity(card),
                "value": said.value if valid else None,
                "low": said.low if valid else None,
                "high": said.high if valid else None,
                "level": card.level,
                "conformal": set_text(card, said) if valid else "",
                "coverage": None if card.conformal is None else card.conformal.coverage,
                "third": said.third if valid else "",
                "valid": valid,
                "reasons": "; ".join(said.verdict.reasons),
                "cautions": "; ".join(said.verdict.cautions),
            }
        )
    return found


def prediction_json(model: PatientModel, predictions: Predictions) -> list[dict[str, Any]]:
    """All of each patient; under `not_valid` where the model abstains, and `prediction` is then null."""
    found = []
    for i, said in enumerate(predictions.patients):
        told = _numbers(model.card, said)
        valid = said.verdict.is_inside
        found.append(
            {
                "patient": said.patient,
                "row": i + 1,
                "valid": valid,
                "prediction": told if valid else None,
                "not_valid": None if valid else told,
                "envelope": {
                    "notices": [{"code": str(n.code), "what": n.what} for n in said.verdict.notices],
                    "cautions": list(said.verdict.cautions),
                    "distance": said.verdict.distance,
                },
            }
        )
    return found


def _numbers(card: ModelCard, said: PatientPrediction) -> dict[str, Any]:
    found: dict[str, Any] = {
        "quantity": quantity(card), "value": said.value, "low": said.low, "high": said.high, "level": card.level
    }  # fmt: skip
    if said.chances:
        pairs = zip(card.classes, said.chances, strict=True)
        found["classes"] = {name: {"chance": chance} for name, chance in pairs}
        for name, low, high in zip(card.classes, said.chance_low, said.chance_high, strict=False):
            found["classes"][name] |= {"low": low, "high": high}
    if card.conformal is not None:
        found["conformal"] = {
            "coverage": card.conformal.coverage,
            "set": [card.classes[k] for k in said.may_be] or None,
            "from": said.from_number,
            "to": said.to_number,
        }
    if said.free:
        found["free_of_event"] = {"days": list(card.times_days), "chance": list(said.free),
                                  "low": list(said.free_low), "high": list(said.free_high)}  # fmt: skip
    found["third"] = said.third or None
    found["typical"] = said.typical
    found["contributions"] = [
        {"column": c.source, "cell": c.shown, "amount": c.amount} for c in said.contributions
    ]
    return found
