"""An experiment: its declaration, and all its rows in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oncometry.core import Code, StoreError
from oncometry.prediction.record import ExperimentRecord, LedgerRow
from oncometry.store.provenance import StepRecord
from oncometry.store.tables import (
    ClusterAssignment,
    Experiment,
    Explanation,
    FitLedger,
    FittedModel,
    Metric,
    Patient,
    PredictionValue,
    Split,
    SplitMember,
)
from oncometry.store.tables.model import Model
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["write_experiment"]

Fold = tuple[int, int]
"""Repetition and fold."""


def write_experiment(writing: Writing, record: ExperimentRecord, step: StepRecord) -> None:
    """Keep an experiment; an earlier one of its name is not current any more.

    Raises:
        StoreError: `STORE`, it names a patient that the store does not know, or a fold that it does not tell of.
    """
    steps = keep_steps(writing, [step])
    patients = _patient_ids(writing, record)
    splits = _number_splits(record)
    row: Row = {
        "run_step_id": steps.of(step.key, "an experiment"),
        "name": record.name,
        "endpoint": record.endpoint,
        "declaration": record.declaration,
        "declaration_sha256": record.sha256,
    }
    parts = _parts(record, patients, splits)
    found = sealed(Experiment, row, parts)
    kept = writing.keep(Experiment, Experiment.name == record.name, [found])
    if found["content_sha256"] in kept.added:
        parent = {"experiment_id": kept.ids[found["content_sha256"]]}
        for model, rows in parts.items():
            writing.insert(model, [parent | one for one in rows])


@dataclass(frozen=True)
class _Splits:
    """Numbers of the sets of patients: the folds, then those of fits on other patients than a fold's training part."""

    folds: Mapping[Fold, int]
    trained: Mapping[Fold, frozenset[str]]
    fits: Mapping[tuple[Fold, frozenset[str]], int]

    def number(self, fold: Fold) -> int:
        if fold not in self.folds:
            raise StoreError(
                Code.STORE, f"repetition {fold[0]}, fold {fold[1]} is not among the experiment's splits."
            )
        return self.folds[fold]

    def seen(self, entry: LedgerRow) -> tuple[int, str]:
        """The set that an object saw, and the role of its members."""
        fold, patients = (entry.repetition, entry.fold), frozenset(entry.patients)
        if self.trained.get(fold) == patients:
            return self.folds[fold], "train"
        return self.fits[fold, patients], "seen"


def _number_splits(record: ExperimentRecord) -> _Splits:
    trained: dict[Fold, set[str]] = {}
    for one in record.splits:
        members = trained.setdefault((one.repetition, one.fold), set())
        if one.role == "train":
            members.add(one.patient)
    folds = {fold: number for number, fold in enumerate(sorted(trained), start=1)}
    fits = {
        ((entry.repetition, entry.fold), frozenset(entry.patients))
        for entry in record.ledger
        if trained.get((entry.repetition, entry.fold)) != set(entry.patients)
    }
    ordered = sorted(fits, key=lambda fit: (fit[0], sorted(fit[1])))
    numbers = {fit: number for number, fit in enumerate(ordered, start=len(folds) + 1)}
    return _Splits(folds, {fold: frozenset(members) for fold, members in trained.items()}, numbers)


def _patient_ids(writing: Writing, record: ExperimentRecord) -> dict[str, int]:
    named = {one.patient for rows in (record.splits, record.predictions, record.clusters) for one in rows}
    named |= {one.patient for one in record.explanations if one.patient is not None}
    named = named.union(*(entry.patients for entry in record.ledger))
    found: dict[str, int] = writing.lookup(Patient.identifier, named, Patient.id)
    unknown = sorted(named - set(found))
    if unknown:
        raise StoreError(
            Code.STORE,
            f"{len(unknown)} of the experiment's {len(named)} patients are not in the store, {unknown[0]!r} among them.",
            advice="Add their manifest first.",
        )
    return found


def _parts(
    record: ExperimentRecord, patients: Mapping[str, int], splits: _Splits
) -> dict[type[Model], list[Row]]:
    """Table -> rows but for the id of the experiment; splits first, which others refer to."""
    return {
        Split: _split_rows(splits),
        SplitMember: _member_rows(record, patients, splits),
        FittedModel: [vars(one) for one in record.models],
        FitLedger: _ledger_rows(record, splits),
        PredictionValue: [
            {
                "split_number": splits.number((one.repetition, one.fold)),
                "model": one.model,
                "features": one.features,
                "patient_id": patients[one.patient],
                "target": one.target,
                "value": one.value,
                "observed": one.observed,
            }
            for one in record.predictions
        ],
        Metric: [{"position": at, **vars(one)} for at, one in enumerate(record.metrics, start=1)],
        Explanation: _explanation_rows(record, patients),
        ClusterAssignment: [
            {
                "search": one.search,
                "patient_id": patients[one.patient],
                "cluster": one.cluster,
                "stability": one.stability,
            }
            for one in record.clusters
        ],
    }


def _split_rows(splits: _Splits) -> list[Row]:
    named = [(number, "outer", fold) for fold, number in splits.folds.items()]
    named += [(number, "fit", fold) for (fold, _), number in splits.fits.items()]
    return [
        {"number": number, "kind": kind, "repetition": fold[0], "fold": fold[1]}
        for number, kind, fold in named
    ]


def _member_rows(record: ExperimentRecord, patients: Mapping[str, int], splits: _Splits) -> list[Row]:
    members = [
        (splits.folds[one.repetition, one.fold], patients[one.patient], one.role) for one in record.splits
    ]
    members += [
        (number, patients[patient], "seen")
        for (_, seen), number in splits.fits.items()
        for patient in sorted(seen)
    ]
    return [
        {"split_number": number, "patient_id": patient, "role": role} for number, patient, role in members
    ]


def _ledger_rows(record: ExperimentRecord, splits: _Splits) -> list[Row]:
    rows: list[Row] = []
    for at, entry in enumerate(record.ledger, start=1):
        number, role = splits.seen(entry)
        rows.append(
            {
                "position": at,
                "fitted_object": entry.fitted_object,
                "repetition": entry.repetition,
                "fold": entry.fold,
                "split_number": number,
                "role": role,
            }
        )
    return rows


def _explanation_rows(record: ExperimentRecord, patients: Mapping[str, int]) -> list[Row]:
    return [
        {
            "position": at,
            "model": one.model,
            "features": one.features,
            "method": one.method,
            "feature": one.feature,
            "patient_id": None if one.patient is None else patients[one.patient],
            "at_value": one.position,
            "value": one.value,
            "low": one.low,
            "high": one.high,
        }
        for at, one in enumerate(record.explanations, start=1)
    ]
