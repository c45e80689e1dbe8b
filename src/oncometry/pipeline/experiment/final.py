"""When the validation is done: the models of all patients, ready for a new one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, SettingsError
from oncometry.core.software import software
from oncometry.pipeline.experiment.material import Made
from oncometry.pipeline.experiment.validate import Work
from oncometry.prediction.feature_sets import NOTHING, FeatureSet, headline_pair
from oncometry.prediction.final.card import CardColumn, Limits, ModelCard, Told, TrainedOn
from oncometry.prediction.final.describe import card_columns, limits_of
from oncometry.prediction.final.distance import center_of
from oncometry.prediction.final.frozen_fit import FrozenFit
from oncometry.prediction.final.out_of_fold import conformal_of, thirds_of
from oncometry.prediction.final.patient_model import PatientModel
from oncometry.prediction.final.refit import KeptFit, final_fit, refit_on_drawn
from oncometry.prediction.judging import Judge
from oncometry.prediction.ledger import LedgerRow
from oncometry.prediction.material import BEST, Material
from oncometry.prediction.metrics import Metric
from oncometry.prediction.outcome import Task
from oncometry.prediction.result import Validated

__all__ = ["FinalModels", "Judged", "Refits", "check_names", "final_models", "model_stem", "stored_sets"]

AT_ONCE = 10
"""Refits of one part: what is lost at most when a process is killed."""
MOST_BYTES = 96 << 20
"""Of the refits that are stored with a model."""
FEWEST = 20
WHOLE = "final models"
ELSEWHERE = "About single patients: told where the experiment is."
OF_PATIENTS = frozenset({Code.ROW_CONFLICTING, Code.ROW_UNMATCHED})
"""What notices of these codes say is said with cells of patients."""
LONG_ID = 4
NUMBERS_ONLY = "Coefficients, trees, and curves that step on days of events: numbers fitted to all patients; no row of any."
VECTORS = (
    "Support vectors: the scaled features of {rows} training rows, without ids. "
    "Who may not see those may not have this file."
)


@dataclass(frozen=True)
class Refits:
    """Some refits; fewer than asked where no draw of patients teaches the chain."""

    fits: tuple[KeptFit, ...]


@dataclass(frozen=True, eq=False)
class FinalModels:
    """The models that are stored, of the larger set of features first, and whom their fits and refits saw."""

    models: tuple[PatientModel, ...]
    ledger: tuple[LedgerRow, ...]


@dataclass(frozen=True, eq=False)
class Judged:
    """What a validation found, for the cards of the models."""

    identity: str
    origin: tuple[tuple[str, str], ...]
    validated: Validated
    metrics: tuple[Metric, ...]
    notices: tuple[Notice, ...]


def stored_sets(material: Material) -> tuple[FeatureSet, ...]:
    """The headline's larger set and the one it is held against; without a headline the largest alone."""
    pair = headline_pair(material.sets)
    chosen = pair if pair is not None else (max(material.sets, key=lambda s: len(s.blocks)),)
    return tuple(s for s in chosen if s.name != NOTHING)


def model_stem(name: str, features: str) -> str:
    """The name of a model's files, without their endings."""
    return f"{name}-{re.sub(r'[^a-z0-9]+', '-', features.lower()).strip('-')}"


def final_models(made: Made, judged: Judged, work: Work) -> FinalModels:
    """Of each set that is stored: settings chosen over all rows, the model fitted on them, and its refits.

    Raises:
        SettingsError: a set of which nothing can be fitted, by code.
    """
    material = made.material
    sets = stored_sets(material)
    asked = [(f"final-{model_stem('', s.name)}", partial(final_fit, material, s)) for s in sets]
    kept = work.all(WHOLE, KeptFit, asked)
    models: list[PatientModel] = []
    ledger: list[LedgerRow] = []
    for chosen, whole in zip(sets, kept, strict=True):
        refits = _refits(material, chosen, whole, work)
        models.append(_model(made, judged, chosen, whole, refits))
        ledger += (row for fit in (whole, *refits) for row in fit.ledger)
    return FinalModels(tuple(models), tuple(dict.fromkeys(ledger)))


def _refits(material: Material, chosen: FeatureSet, whole: KeptFit, work: Work) -> tuple[KeptFit, ...]:
    count = material.experiment.final.bootstrap
    asked = [
        (
            f"refits-{model_stem('', chosen.name)}-{start}",
            partial(_some, material, chosen, whole, range(start, min(start + AT_ONCE, count))),
        )
        for start in range(0, count, AT_ONCE)
    ]
    parts = work.all(f"refits of {chosen.name}", Refits, asked)
    return tuple(fit for part in parts for fit in part.fits)


def _some(material: Material, chosen: FeatureSet, whole: KeptFit, numbers: range) -> Refits:
    made = (refit_on_drawn(material, chosen, whole, n) for n in numbers)
    return Refits(tuple(fit for fit in made if fit is not None))


def _model(
    made: Made, judged: Judged, chosen: FeatureSet, whole: KeptFit, drawn: Sequence[KeptFit]
) -> PatientModel:
    material = made.material
    table = material.table
    small = _that_fit(drawn)
    fit, *refits = (one.fit(len(table.columns)) for one in (whole, *small))
    used = fit.used()
    places = sorted(used.union(*(refit.used() for refit in refits)))
    moved = {old: new for new, old in enumerate(places)}
    given = fit.transform(table.values, table.sites)
    warned = [
        *_told(judged.notices, set(map(str, table.patients))),
        *_about_refits(material, len(drawn), len(small)),
    ]
    judge = Judge(material, judged.validated.splits, judged.validated.results)
    told = _Card(
        made, judged, chosen, whole, fit,
        columns=card_columns(table, places, used, made.sheet, material.experiment),
        limits=limits_of(given, table, sorted(used), made.sheet, material.experiment).model_copy(
            update={"site_judged": _were_judged(judged.validated, table.sites)}
        ),
        refits=len(refits),
        warnings=tuple(warned),
    )  # fmt: skip
    card = told.card(judge)
    return PatientModel(card, fit.moved(moved), tuple(r.moved(moved) for r in refits), center_of(given))


def _were_judged(validated: Validated, sites: NDArray[np.str_] | None) -> bool:
    """Whether each site was held out once, so that a new one was judged."""
    return sites is not None and 1 < len(np.unique(sites)) == len(validated.site_splits)


def _that_fit(drawn: Sequence[KeptFit]) -> Sequence[KeptFit]:
    """The first refits that a file of sensible size holds."""
    sizes = np.cumsum([len(one.tensors) * 3 // 4 for one in drawn])
    return drawn[: max(int(np.searchsorted(sizes, MOST_BYTES)), min(FEWEST, len(drawn)))]


def _about_refits(material: Material, drawn: int, stored: int) -> list[Told]:
    asked = material.experiment.final.bootstrap
    if stored == asked:
        return []
    lost = f"{asked - drawn} draws taught nothing, {drawn - stored} would make the file too large"
    told = f"{stored} of {asked} refits are stored: {lost}."
    return [Told(code=str(Code.RESAMPLES_REDRAWN), what=told)]


def _told(notices: Sequence[Notice], patients: set[str]) -> list[Told]:
    """What is worth saying, but for what names a patient or quotes cells of one: a card is handed on."""
    return [
        Told(
            code=str(n.code), what=ELSEWHERE if n.code in OF_PATIENTS or _names(n.what, patients) else n.what
        )
        for n in notices
    ]


def _names(what: str, patients: set[str]) -> bool:
    """Whether a text has an id in it, as a word of its own or, of longer ones, anywhere."""
    return any(
        patient in what
        and (len(patient) >= LONG_ID or re.search(rf"(?<![\w.-]){re.escape(patient)}(?![.-]?\w)", what))
        for patient in patients
    )


@dataclass(frozen=True, eq=False)
class _Card:
    """A card in the making."""

    made: Made
    judged: Judged
    chosen: FeatureSet
    whole: KeptFit
    fit: FrozenFit
    columns: tuple[CardColumn, ...]
    limits: Limits
    refits: int
    warnings: tuple[Told, ...]

    def card(self, judge: Judge) -> ModelCard:
        """With what the judge knows of predictions of rows that no fit had seen."""
        material = self.made.material
        experiment, outcome, candidate = material.experiment, material.outcome, self.whole.candidate
        name = self.chosen.name
        return ModelCard(
            name=model_stem(experiment.name, name), title=experiment.title or experiment.name, features=name,
            model=candidate.model, select=candidate.select, parameters=dict(candidate.named),
            inner_score=self.whole.inner_score, task=outcome.task, endpoint=outcome.name,
            kind=experiment.endpoint.kind, classes=outcome.classes,
            horizon_days=outcome.horizon_days if outcome.task is Task.SURVIVAL else None,
            times_days=tuple(map(float, material.times_days)),
            patient=experiment.tables[0].patient if experiment.tables else None,
            declaration=json.loads(experiment.declared()), experiment_sha256=self.judged.identity,
            origin=self.judged.origin, conformal=conformal_of(judge, BEST, name),
            thirds=thirds_of(judge, BEST, name), level=experiment.validation.confidence,
            trained_on=self._trained_on(), metrics=self._metrics(), seed=experiment.seed,
            software=dict(software()), holds=_holds(self.fit), columns=self.columns,
            limits=self.limits, refits=self.refits, warnings=self.warnings,
        )  # fmt: skip

    def _trained_on(self) -> TrainedOn:
        flow, outcome = self.made.flow, self.made.material.outcome
        return TrainedOn(
            rows=flow.kept, patients=flow.patients, events=outcome.events, left_out=dict(flow.left)
        )

    def _metrics(self) -> tuple[dict[str, object], ...]:
        """Of the procedure that chose the model, of what it adds, and of labels dealt anew."""
        name = self.chosen.name
        return tuple(
            m.to_row()
            for m in self.judged.metrics
            if (m.model == BEST and (m.features == name or m.features.startswith(f"{name} - ")))
            or m.features.endswith("permuted labels")
        )


def _holds(fit: FrozenFit) -> str:
    rows = fit.model.vectors
    return VECTORS.format(rows=rows) if rows else NUMBERS_ONLY


def check_names(made: Made) -> None:
    """Refuse early what no card could say: an acquisition column that is not there.

    Raises:
        SettingsError: `COLUMN_MISSING`.
    """
    for name in made.material.experiment.envelope.columns:
        try:
            made.sheet.column(name)
        except SettingsError as error:
            raise SettingsError(error.code, f"envelope.columns: {error.what}", advice=error.advice) from error
