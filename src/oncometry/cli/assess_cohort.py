"""A cohort's lesions to responses that are kept in its store: what `oncometry assess COHORT` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oncometry.cli.lesions_output import tell_pending
from oncometry.cli.output import tell
from oncometry.core import PROGRAM, Code, NothingFoundError, SettingsError
from oncometry.io import read_visit_states
from oncometry.io.isolation import isolated
from oncometry.pipeline import (
    CohortFolder,
    Responded,
    Settings,
    check_kept_apart,
    import_clinical,
    one_writer,
    respond,
    stored_timepoints,
)
from oncometry.pipeline.pending import pending_decisions
from oncometry.response import ResponseRow, Scope
from oncometry.store import Store

__all__ = ["Asked", "CohortRows", "RowKey", "assess_cohort", "key_of"]

RowKey = tuple[str, str, str, Scope]
"""Patient, reader ('' is this program), label of the visit, scope."""
MOST_NAMED = 12


@dataclass(frozen=True)
class Asked:
    """What was asked of a cohort; None is all patients, all readers, what the cohort's settings say."""

    criteria: str
    patient: str | None = None
    reader: str | None = None
    visits: Path | None = None
    draws: int | None = None
    confirmation_days: int | None = None
    minimum_sd_days: int | None = None


@dataclass(frozen=True, eq=False)
class CohortRows:
    """Rows as for a table, where each is kept (`oncometry why`), and whether something failed."""

    rows: tuple[ResponseRow, ...]
    value_ids: Mapping[RowKey, str]
    failed: bool


def key_of(row: ResponseRow) -> RowKey:
    """What tells a row from the others of its criterion."""
    return row.patient_id, row.reader, row.timepoint, row.scope


def assess_cohort(path: Path, database: str | None, asked: Asked) -> CohortRows:
    """Assess and keep; what could not be judged, and what stands beside, is told.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is nothing to judge, or no such patient or reader.
        SettingsError: `SETTINGS`, probabilities cannot be left out.
    """
    folder = CohortFolder.open(path, database)
    check_kept_apart(path, None, begun=True)
    with one_writer(path, tell), folder.store(database) as store:
        settings = _settings(folder.settings(), asked)
        _check_patient(store, asked.patient)
        if asked.visits is not None:
            _bring(asked.visits, store, settings)
        patients = None if asked.patient is None else [asked.patient]
        done = respond(store, settings.response, (asked.criteria,), patients)
        found = store.table("responses")
        pending = pending_decisions(store, asked.patient)
        _go_on_by(settings, folder)
    _tell(done)
    tell_pending(pending)
    rows = _of_reader([row for one in done.assessments for row in one.rows], asked.reader)
    if not rows and not done.failures:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "nothing was measured or read in this cohort.",
            path=path,
            advice="Measure it with `oncometry run`, or bring manual reads in with `oncometry lesions import`.",
        )
    kept = found[found["criteria"] == asked.criteria]
    columns = (kept[name] for name in ("patient_id", "reader", "label", "scope", "value_id"))
    ids: dict[RowKey, str] = {
        (patient, "" if reader == PROGRAM else reader, label, Scope(scope)): value_id
        for patient, reader, label, scope, value_id in zip(*columns, strict=True)
    }
    return CohortRows(rows, ids, bool(done.failures))


def _settings(settings: Settings, asked: Asked) -> Settings:
    if asked.draws == 0:
        raise SettingsError(
            Code.SETTINGS,
            "--draws 0: responses of a cohort are kept with their probabilities.",
            advice="Leave --draws out, or give 1 or more.",
        )
    changes: dict[str, object] = {
        "confirmation_days": asked.confirmation_days,
        "minimum_sd_days": asked.minimum_sd_days,
        "uncertainty": None
        if asked.draws is None
        else settings.response.uncertainty.model_dump() | {"draws": asked.draws},
    }
    return settings.changed({"response": {name: v for name, v in changes.items() if v is not None}})


def _go_on_by(settings: Settings, folder: CohortFolder) -> None:
    """Later runs and assessments go by what was asked: else they would take it back in silence."""
    before, now = (kept.response.model_dump(mode="json") for kept in (folder.settings(), settings))
    if now != before:
        folder.keep(settings)
        changed = ", ".join(f"{name}: {value}" for name, value in now.items() if value != before[name])
        tell(
            f"kept in {folder.path.name}/settings.yaml, for all criteria and later runs: response: {{{changed}}}"
        )


def _check_patient(store: Store, patient: str | None) -> None:
    known = sorted(store.table("patients")["patient_id"])
    if patient is not None and patient not in known:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"there is no patient {patient!r} in the cohort.",
            advice=f"There are {', '.join(known[:MOST_NAMED])}{' ...' if len(known) > MOST_NAMED else ''}.",
        )


def _bring(sheet: Path, store: Store, settings: Settings) -> None:
    """The state of the patients by visit, kept as a clinical sheet: later assessments know it too.

    Raises:
        CorruptInputError: it is no table of visits, as where a table of lesions is assessed.
    """
    if not sheet.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such table of visits.", path=sheet)
    isolated(read_visit_states, sheet)
    outcome = import_clinical(sheet, stored_timepoints(store), store, settings.clinical)
    for row in outcome.sheet.rows:
        if row.code is not None:
            tell(f"{row.status}: {sheet.name}:{row.row}: {row.code}: {row.detail}")


def _tell(done: Responded) -> None:
    for notice, patients in done.notices.items():
        who = next(iter(patients)) if len(patients) == 1 else f"{len(patients)} patients"
        tell(f"notice: {notice} ({who})")
    for failure in done.failures:
        tell(f"failed: {failure}")


def _of_reader(rows: list[ResponseRow], reader: str | None) -> tuple[ResponseRow, ...]:
    wanted = "" if reader == PROGRAM else reader
    there = sorted({row.reader or PROGRAM for row in rows})
    if rows and reader is not None and reader not in there:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"there is no reader {reader!r}.",
            advice=f"There are {', '.join(there)}.",
        )
    return tuple(row for row in rows if wanted is None or row.reader == wanted)
