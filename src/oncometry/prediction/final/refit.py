"""The model of all patients, and its refits on patients drawn anew."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, SettingsError
from oncometry.io.tensors import arrays_of, tensor_bytes
from oncometry.prediction.candidates import Candidate
from oncometry.prediction.divided import FOLDS, final_folds
from oncometry.prediction.feature_sets import FeatureSet
from oncometry.prediction.final.frozen_fit import FrozenFit, frozen_fit
from oncometry.prediction.fold.prepared import Prepared, prepare, ready_fold
from oncometry.prediction.ledger import FitLedger, LedgerRow, Scope
from oncometry.prediction.material import Material
from oncometry.prediction.nested import fitted, fold_of, is_calibrated, may_be_best, platt_of, tuned
from oncometry.prediction.outcome import Task
from oncometry.prediction.predicted import predicted_by

__all__ = ["FINAL", "KeptFit", "final_fit", "refit_on_drawn"]

FINAL = -2
"""The repeat in which the ledger has the model of all patients, fold 0, and its refits, from fold 1: none is judged there."""
TRIES = 20
NO_CHAIN = frozenset({Code.CONSTANT, Code.SITE_TOO_SMALL, Code.SITE_UNSEEN, Code.SITE_CONFOUNDED})
"""Why a draw of patients may teach no chain."""

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class KeptFit:
    """A fit as text, that goes to another process and back.

    Attributes:
        candidate: the settings that were chosen; `inner_score`: how good they were there.
        parameters, tensors: the state, places being those of the material's table; tensors in base64.
        ledger: whom its parts saw.
    """

    candidate: Candidate
    inner_score: float
    parameters: str
    tensors: str
    ledger: tuple[LedgerRow, ...]

    @classmethod
    def of(cls, fit: FrozenFit, candidate: Candidate, inner_score: float, ledger: FitLedger) -> KeptFit:
        """The fit as text."""
        parameters, arrays = fit.state()
        tensors = base64.b64encode(tensor_bytes(arrays)).decode("ascii")
        return cls(candidate, inner_score, json.dumps(parameters, sort_keys=True), tensors, ledger.rows)

    def fit(self, columns: int) -> FrozenFit:
        """The fit, of a table of so many columns."""
        parameters: Mapping[str, Any] = json.loads(self.parameters)
        return FrozenFit.from_state(parameters, arrays_of(base64.b64decode(self.tensors)), columns)


def final_fit(material: Material, features: FeatureSet) -> KeptFit:
    """Settings chosen by cross-validation over all rows, among all models; then chain, model and calibration on all rows.

    Raises:
        SettingsError: `CONSTANT`, no feature of the set varies.
    """
    table = material.table
    ledger = FitLedger(Scope(FINAL, 0), frozenset())
    inner = [
        fold_of(material, train, test, ledger.within(n, table.patients[test]))
        for n, (train, test) in enumerate(final_folds(material))
    ]
    best = max(
        (tuned(material, inner, features, model) for model in may_be_best(material)), key=lambda t: t.quality
    )
    rows = np.arange(len(table.patients))
    prepared = _prepared(material, rows, ledger)
    columns = _columns(prepared, features, best.candidate)
    name = f"{best.candidate.model} on {features.name}"
    ledger.saw(name, table.patients)
    estimator = fitted(material, prepared.ready.train[:, columns], rows, best.candidate)
    said = predicted_by(estimator, prepared.ready.train[:, columns], material.outcome.task)
    platt = None
    if material.outcome.task is Task.BINARY and is_calibrated(material, said, features):
        tested = np.concatenate([fold.test for fold in inner])
        ledger.saw(f"calibration of {name}", table.patients[tested])
        platt = platt_of(np.concatenate(best.scores), material.outcome.y[tested], said)
    fit = frozen_fit(prepared.ready.chain, columns, estimator, platt, material.outcome.task)
    return KeptFit.of(fit, best.candidate, best.quality, ledger)


def refit_on_drawn(material: Material, features: FeatureSet, kept: KeptFit, number: int) -> KeptFit | None:
    """The whole chain with the chosen settings, on as many patients drawn with replacement.

    Calibrated on the patients that were not drawn; where they are of one class, as the model of all patients. None where no
    draw has what is to be told apart.

    Args:
        kept: the model of all patients.
        number: of the refit; the draw follows from it and the experiment's seed.
    """
    rows, others = _drawn(material, number)
    if rows is None:
        return None
    ledger = FitLedger(Scope(FINAL, 1 + number), frozenset())
    try:
        prepared = _prepared(material, rows, ledger)
        columns = _columns(prepared, features, kept.candidate)
    except SettingsError as error:
        if error.code in NO_CHAIN:
            return None
        raise
    name, patients = f"{kept.candidate.model} on {features.name}", material.table.patients
    ledger.saw(name, patients[rows])
    estimator = fitted(material, prepared.ready.train[:, columns], rows, kept.candidate)
    task, y = material.outcome.task, material.outcome.y
    platt = None
    if task is Task.BINARY:
        whole = kept.fit(len(material.table.columns))
        if whole.platt is not None:
            platt = whole.platt
            if len(np.unique(y[others])) == 2:
                given = prepared.ready.chain.transform(material.table.rows(others))[:, columns]
                said = predicted_by(estimator, given, task)
                platt = platt_of(said.score, y[others], said)
                ledger.saw(f"calibration of {name}", patients[others])
    fit = frozen_fit(prepared.ready.chain, columns, estimator, platt, task)
    return KeptFit.of(fit, kept.candidate, kept.inner_score, ledger)


def _prepared(material: Material, rows: Rows, ledger: FitLedger) -> Prepared:
    train, settings = material.table.rows(rows), material.experiment.preprocessing
    ready = ready_fold(train, train, settings, ledger, material.reliability)
    y, task = material.outcome.y[rows], material.outcome.task
    return prepare(ready, y, task, train.patients, settings, ledger)


def _columns(prepared: Prepared, features: FeatureSet, candidate: Candidate) -> Rows:
    columns = prepared.columns(features, candidate.select)
    if not len(columns):
        raise SettingsError(
            Code.CONSTANT, f"no feature of {features.name!r} varies: there is no model to store."
        )
    return columns


def _drawn(material: Material, number: int) -> tuple[Rows | None, Rows]:
    """Rows of patients drawn with replacement, and of those who were not."""
    names, of_row = np.unique(material.table.patients, return_inverse=True)
    rows_of = [np.flatnonzero(of_row == i) for i in range(len(names))]
    rng = np.random.default_rng((material.experiment.seed, FOLDS, number))
    strata = material.outcome.strata
    wanted = np.unique(strata) if material.outcome.task is not Task.CONTINUOUS else np.empty(0)
    if material.outcome.task is Task.SURVIVAL:
        wanted = np.array([1])
    for _ in range(TRIES):
        drawn = rng.integers(len(names), size=len(names))
        rows = np.concatenate([rows_of[i] for i in drawn])
        if np.isin(wanted, strata[rows]).all():
            return rows, np.flatnonzero(~np.isin(of_row, drawn))
    return None, np.empty(0, dtype=np.intp)
