"""Words for states, roles and quantities in tables of lesions: CDISC's terms, and what people write."""

from __future__ import annotations

import re
from collections.abc import Mapping

from oncometry.core import LesionRole, LesionStatus, NonTargetState, Quantity

__all__ = ["QUANTITY_UNITS", "in_unit", "node_named", "role_said", "state_said", "status_said", "yes_or_no"]

ROLES: Mapping[str, LesionRole] = {
    "target": LesionRole.TARGET, "t": LesionRole.TARGET, "tl": LesionRole.TARGET, "targetlesion": LesionRole.TARGET,
    "nontarget": LesionRole.NON_TARGET, "nt": LesionRole.NON_TARGET, "ntl": LesionRole.NON_TARGET,
    "nontargetlesion": LesionRole.NON_TARGET,
    "new": LesionRole.NEW, "n": LesionRole.NEW, "newlesion": LesionRole.NEW,
}  # fmt: skip
STATES: Mapping[str, NonTargetState] = {
    "absent": NonTargetState.ABSENT, "cr": NonTargetState.ABSENT, "gone": NonTargetState.ABSENT,
    "disappeared": NonTargetState.ABSENT, "resolved": NonTargetState.ABSENT,
    "present": NonTargetState.PRESENT, "noncrnonpd": NonTargetState.PRESENT, "stable": NonTargetState.PRESENT,
    "unequivocalprogression": NonTargetState.PROGRESSION, "unequivocal": NonTargetState.PROGRESSION,
    "pd": NonTargetState.PROGRESSION, "progression": NonTargetState.PROGRESSION,
    "pathological": NonTargetState.PRESENT, "nonpathological": NonTargetState.ABSENT,
}  # fmt: skip
STATUSES: Mapping[str, LesionStatus] = {
    "toosmalltomeasure": LesionStatus.TOO_SMALL, "toosmall": LesionStatus.TOO_SMALL, "tstm": LesionStatus.TOO_SMALL,
    "notevaluable": LesionStatus.NOT_EVALUABLE, "ne": LesionStatus.NOT_EVALUABLE,
    "inevaluable": LesionStatus.NOT_EVALUABLE, "notdone": LesionStatus.NOT_EVALUABLE,
    "notassessed": LesionStatus.NOT_EVALUABLE, "notimaged": LesionStatus.NOT_IMAGED,
    "absent": LesionStatus.ABSENT,
}  # fmt: skip
QUANTITY_UNITS: Mapping[Quantity, Mapping[str, float]] = {
    Quantity.LONGEST_DIAMETER_MM: {"mm": 1.0, "cm": 10.0},
    Quantity.SHORT_AXIS_MM: {"mm": 1.0, "cm": 10.0},
    Quantity.PRODUCT_MM2: {"mm2": 1.0, "cm2": 100.0},
    Quantity.VOLUME_ML: {"ml": 1.0, "cm3": 1.0, "cc": 1.0, "mm3": 1e-3, "l": 1e3},
    Quantity.SUL_PEAK: {"sul": 1.0, "": 1.0, "gml": 1.0},
    Quantity.TOTAL_LESION_GLYCOLYSIS_ML: {"ml": 1.0, "": 1.0, "g": 1.0},
}
"""Quantity -> unit, squashed -> factor to the unit of its name."""


def role_said(text: str) -> LesionRole | None:
    """The role that a word means; None of any other word."""
    return ROLES.get(_squash(text))


def state_said(text: str) -> NonTargetState | None:
    """How a lesion followed by eye stands."""
    return STATES.get(_squash(text))


def status_said(text: str) -> LesionStatus | None:
    """Why there is no number."""
    return STATUSES.get(_squash(text))


def node_named(organ: str | None) -> bool | None:
    """Whether a location is a lymph node; None where none is given."""
    return None if organ is None else re.search(r"lymph|\bnodes?\b|\bnodal\b|\bLN\b", organ, re.I) is not None


def yes_or_no(text: str | None) -> bool | None:
    """Y/N, yes/no, 1/0, true/false; None of anything else."""
    word = "" if text is None else _squash(text)
    return (
        True
        if word in {"y", "yes", "1", "true", "x"}
        else False
        if word in {"n", "no", "0", "false"}
        else None
    )


def in_unit(value: float, quantity: Quantity, unit: str) -> float | None:
    """A number in the unit of the quantity's name; None where the unit is none of that kind."""
    factor = QUANTITY_UNITS[quantity].get(_squash(unit))
    return None if factor is None else value * factor


def _squash(text: str) -> str:
    plain = text.casefold().replace("²", "2").replace("³", "3")
    return re.sub(r"[^a-z0-9]", "", plain)
