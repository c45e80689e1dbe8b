"""What was said of a visit beside the sum that is shown, and what was not, in words."""

from __future__ import annotations

import math

from oncometry.core import ClinicalState, Quantity
from oncometry.response.burden import Burden
from oncometry.response.rano.inputs import InputRules
from oncometry.response.timeline import Timeline
from oncometry.response.units import unit_of

__all__ = ["beside", "other_sum"]


def beside(timeline: Timeline, rules: InputRules) -> tuple[str, ...]:
    """A sentence a visit: the inputs that the criterion asks for."""
    return tuple(_sentence(visit.clinical, rules) for visit in timeline.visits)


def other_sum(name: str, sums: Burden, quantity: Quantity, visit: int) -> str:
    """A sentence: the sum of a component beside the one that is shown, with what it is compared with."""
    unit = unit_of(quantity)
    now, *past = (float(numbers[0, visit]) for numbers in (sums.total, sums.baseline, sums.nadir))
    known = [
        f"{word} {x:.2f}" for word, x in zip(("baseline", "nadir"), past, strict=True) if not math.isnan(x)
    ]
    said = "has no number" if math.isnan(now) else f"sums to {now:.2f} {unit}"
    against = f" ({', '.join(known)} {unit})" if known else ""
    return f"The {name} {said}{against}."


def _sentence(state: ClinicalState, rules: InputRules) -> str:
    steroids = None if state.steroid_mg is None else f"{state.steroid_mg:g} mg of steroids a day"
    asked = {
        "clinical state": None if state.status is None else f"the patient {state.status}",
        "steroids": "steroids for replacement only" if state.steroid_replacement else steroids,
    }
    if rules.t2_flair:
        asked["T2/FLAIR"] = None if state.t2_flair is None else f"T2/FLAIR {state.t2_flair}"
    if rules.enhancement:
        asked["enhancement"] = _enhancement(state.enhancement_increased)
    if rules.window_weeks is not None:
        asked["the end of radiotherapy"] = _radiotherapy(state.weeks_since_radiotherapy)
    said = [words for words in asked.values() if words is not None]
    if state.antiangiogenic:
        said.append("under an antiangiogenic drug")
    unsaid = [name for name, words in asked.items() if words is None]
    beside_it = f"Beside the scan: {', '.join(said)}." if said else ""
    not_said = f"Not said: {', '.join(unsaid)}." if unsaid else ""
    return " ".join(part for part in (beside_it, not_said) if part)


def _enhancement(increased: bool | None) -> str | None:
    return None if increased is None else f"enhancement {'' if increased else 'not '}increased"


def _radiotherapy(weeks: float | None) -> str | None:
    if weeks is None:
        return None
    return "no radiotherapy" if math.isinf(weeks) else f"{weeks:.1f} weeks after radiotherapy"
