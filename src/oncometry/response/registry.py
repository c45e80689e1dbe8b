"""The criteria there are: the built-in ones, and those that other packages register."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points

from oncometry.core import Code, SettingsError
from oncometry.response.criterion import Criterion
from oncometry.response.irecist import Irecist
from oncometry.response.mrecist import MRECIST
from oncometry.response.percist import PERCIST
from oncometry.response.rano import RANO_CRITERIA
from oncometry.response.recist import Recist
from oncometry.response.volumetric import Volumetric

__all__ = ["ENTRY_POINTS", "criteria", "criterion_named"]

ENTRY_POINTS = "oncometry.criteria"
"""Group of entry points: each names a criterion, an object that has what `Criterion` asks for."""

BUILT_IN: tuple[Criterion, ...] = (Recist(), Irecist(), MRECIST, PERCIST, *RANO_CRITERIA, Volumetric())


def criteria() -> Mapping[str, Criterion]:
    """Name -> criterion, built-in ones first.

    Raises:
        SettingsError: `SETTINGS`, a package registers a name that is taken.
    """
    found: dict[str, Criterion] = {criterion.ruleset.name: criterion for criterion in BUILT_IN}
    for point in entry_points(group=ENTRY_POINTS):
        criterion: Criterion = point.load()
        name = criterion.ruleset.name
        if name in found:
            raise SettingsError(
                Code.SETTINGS,
                f"{point.value} registers the criterion {name!r}, which is there already.",
                advice="Remove that package, or have it take another name.",
            )
        found[name] = criterion
    return found


def criterion_named(name: str) -> Criterion:
    """The criterion of that name.

    Raises:
        SettingsError: `SETTINGS`, there is none.
    """
    known = criteria()
    if name not in known:
        raise SettingsError(
            Code.SETTINGS, f"there are no criteria {name!r}.", advice=f"There are {', '.join(known)}."
        )
    return known[name]
