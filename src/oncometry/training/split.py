"""Who is held out: patients, never visits or lesions of one who is learned from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.io.case_layouts import CaseFiles
from oncometry.training_data import CasesData

__all__ = ["each_case_alone", "fold_patients", "held_out_patients"]

SPLIT = 7
"""Sets the order of patients apart from what steps draw with the same seed."""


def each_case_alone(cases: Iterable[CaseFiles], data: CasesData) -> bool:
    """Whether every case counts as a patient, since neither names nor settings say whose cases are one patient's."""
    return data.patient is None and all(case.patient == case.name for case in cases)


def held_out_patients(
    patients: Iterable[str], held_out: float | tuple[str, ...], seed: int
) -> frozenset[str]:
    """Those that training never sees: as named, or so large a part of them, at least one unless it is 0.

    Raises:
        SettingsError: `SETTINGS`, one is not there, or none is left to learn from.
    """
    there = sorted(set(patients))
    if isinstance(held_out, float | int):
        count = max(round(held_out * len(there)), 1) if held_out > 0 else 0
        chosen = frozenset(_shuffled(there, seed)[:count])
    else:
        chosen = frozenset(held_out)
        strange = sorted(chosen - set(there))
        if strange:
            shown = ", ".join(there[:10]) + (" ..." if len(there) > 10 else "")
            raise SettingsError(
                Code.SETTINGS,
                f"data.held_out: there is no patient {', '.join(strange)}.",
                advice=f"There are {shown}.",
            )
    if len(chosen) >= len(there):
        raise SettingsError(
            Code.SETTINGS,
            f"of {len(there)} patients {len(chosen)} are held out: none is left to learn from.",
            advice="Give more cases, or hold out nobody with `held_out: 0`.",
        )
    return chosen


def fold_patients(patients: Iterable[str], folds: int, seed: int) -> tuple[frozenset[str], ...]:
    """Every patient held out in one fold; folds differ by one patient at most.

    Raises:
        SettingsError: `SETTINGS`, fewer patients than folds.
    """
    there = sorted(set(patients))
    if len(there) < folds:
        raise SettingsError(
            Code.SETTINGS,
            f"cross_validation: {folds} folds of {len(there)} patients.",
            advice="Ask for fewer folds, or give more cases.",
        )
    order = _shuffled(there, seed)
    return tuple(frozenset(order[number::folds]) for number in range(folds))


def _shuffled(there: list[str], seed: int) -> list[str]:
    order = np.random.default_rng([seed, SPLIT]).permutation(len(there))
    return [there[at] for at in order]
