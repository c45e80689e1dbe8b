"""The store: a cohort's database, opened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pandas as pd
from sqlalchemy import Connection, Engine

from oncometry.core import Code, Decision, LabelError, NothingFoundError, Notice, OncometryError, Timepoint
from oncometry.io.clinical import ClinicalSheet, SaidElsewhere
from oncometry.io.manifest import Manifest
from oncometry.prediction.record import ExperimentRecord
from oncometry.store.analyzed import AnalyzedReliability
from oncometry.store.assessed import Assessed
from oncometry.store.backup import back_up
from oncometry.store.check import Finding, find_faults
from oncometry.store.decided import decisions_of, followed_of
from oncometry.store.engine import FILE_NAME, closed_on_error, coded, open_engine, shown_url, writing
from oncometry.store.growth_result import StoredForecast
from oncometry.store.identity import check_identifier, claim, refuse_others
from oncometry.store.imported_reads import ImportedRead, ImportedReads
from oncometry.store.patient_result import PatientResult
from oncometry.store.provenance import StepRecord
from oncometry.store.queries import READERS
from oncometry.store.queries.parameters import read_parameters
from oncometry.store.queries.region_features import read_feature_regions, read_region_features
from oncometry.store.queries.repeated import RepeatedStep, read_repeated_steps
from oncometry.store.reads import reads_of
from oncometry.store.region_features import RegionFeatureMatrix
from oncometry.store.restore import restore
from oncometry.store.restore_mark import refuse_half_restored
from oncometry.store.said import said_elsewhere
from oncometry.store.schema import Upgrade, check_tables, check_version, head, stored_version, upgrade
from oncometry.store.schema import create as create_tables
from oncometry.store.trace import Trace
from oncometry.store.why import trace_value
from oncometry.store.writing import (
    Writing,
    write_assessments,
    write_clinical,
    write_decision,
    write_experiment,
    write_failure,
    write_growth,
    write_manifest,
    write_patient,
    write_people,
    write_readings,
    write_reliability,
)

__all__ = ["Store"]


class Store:
    """A cohort's database.

        with Store.open(cohort) as store:
            store.table("measurements")

    Each `add_...` is one transaction: all of it is kept, or nothing. The same content again adds nothing.
    """

    def __init__(self, cohort: Path, engine: Engine, identifier: str) -> None:
        self._cohort = cohort
        self._engine = engine
        self._identifier = identifier
        self._run_id: int | None = None
        self._moment: Connection | None = None

    @classmethod
    def open(
        cls, cohort: Path, url: str | None = None, create: bool = False, identifier: str | None = None
    ) -> Store:
        """Open the database of a cohort.

        Args:
            cohort: its folder.
            url: of a server; SQLite in the folder by default.
            create: make the tables where there are none.
            identifier: what the folder says that it is; None takes any cohort.

        Raises:
            NothingFoundError: `NOTHING_FOUND`, there is no database and it is not to be made.
            StoreError: `SCHEMA_NEWER`, `SCHEMA_OLDER`, `SCHEMA_DIFFERS`, `NOT_A_COHORT`, `EXTRA_MISSING`, `STORE`.
        """
        engine = _engine(cohort, url, create=create)
        with closed_on_error(engine), coded(engine):
            if create and stored_version(engine) is None:
                create_tables(engine)
            check_version(engine)
            check_tables(engine, cohort)
            with engine.connect().execution_options(oncometry_reads=True) as connection:
                found = check_identifier(connection, identifier)
        return cls(cohort, engine, found)

    @classmethod
    def begin(cls, cohort: Path, url: str | None = None) -> Store:
        """Open a database for a new cohort, which it takes if nothing was written into it yet.

        Raises:
            StoreError: `NOT_A_COHORT`, another cohort is in it; and those of `open`.
        """
        store = cls.open(cohort, url, create=True)
        engine = store._engine
        with closed_on_error(engine), coded(engine), writing(engine) as connection:
            store._identifier = claim(connection)
        return store

    @classmethod
    def upgrade(cls, cohort: Path, url: str | None = None, identifier: str | None = None) -> Upgrade:
        """Bring a database to this program's schema; an older one is backed up first.

        Raises:
            StoreError: `SCHEMA_NEWER` and the others of `open`; `STORE`, there is no backup, or a migration failed.
        """
        with _unopened(cohort, url) as engine:
            before, backup = stored_version(engine), None
            with engine.connect().execution_options(oncometry_reads=True) as connection:
                refuse_others(connection, identifier)
            try:
                check_version(engine)
            except OncometryError as error:
                if error.code is not Code.SCHEMA_OLDER:
                    raise
                backup = upgrade(engine, cohort)
            check_tables(engine, cohort, migrated_from=backup)
        return Upgrade(before or "", head(), backup)

    @classmethod
    def back_up(cls, cohort: Path, url: str | None = None, identifier: str | None = None) -> Path:
        """Write a backup of a database of any revision into the cohort; gives its path.

        Raises:
            NothingFoundError: `NOTHING_FOUND`, there is no database.
            StoreError: `NOT_A_COHORT`, it is another cohort's; `STORE`, it could not be written.
        """
        with _unopened(cohort, url) as engine, writing(engine) as connection:
            refuse_half_restored(connection)
            refuse_others(connection, identifier)
            return back_up(connection, cohort)

    @classmethod
    def restore(
        cls, cohort: Path, file: Path, url: str | None = None, identifier: str | None = None
    ) -> Path | None:
        """Put a backup in the place of the database; gives where the one before is kept, if there was one.

        Raises:
            NothingFoundError: `NOTHING_FOUND`, there is no such file.
            StoreError: `CHECKSUM`, it is not what was written; `NOT_A_COHORT`, it or the database is another
                cohort's; `UNSUPPORTED_TYPE`, `STORE`.
        """
        with _unopened(cohort, url, create=True) as engine:
            return restore(engine, cohort, file, identifier)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @property
    def cohort(self) -> Path:
        """The cohort's folder, which paths in the database are relative to."""
        return self._cohort

    @property
    def engine_name(self) -> str:
        """'sqlite', 'mysql' or 'mariadb' with the server's version."""
        with self._reading() as connection:
            dialect = connection.dialect
            name = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
            version = ".".join(str(part) for part in dialect.server_version_info or ())
        return f"{name} {version}".strip()

    @property
    def url(self) -> str:
        """Where the database is, without a password."""
        return shown_url(self._engine.url)

    @property
    def identifier(self) -> str:
        """Which cohort it is, whatever its folder and server are called."""
        return self._identifier

    @property
    def schema_version(self) -> str:
        """Revision of the schema."""
        return head()

    def add_manifest(self, manifest: Manifest, step: StepRecord) -> int:
        """Keep what curation found; gives the number of rows added."""
        return self._write(lambda rows: write_manifest(rows, manifest, step))

    def add_people(
        self,
        patients: Collection[str],
        timepoints: Collection[Timepoint],
        synthetic: Collection[str],
        step: StepRecord,
    ) -> int:
        """Keep patients and all their visits where no manifest tells them; gives the number of rows added."""
        return self._write(lambda rows: write_people(rows, patients, timepoints, synthetic, step))

    def add_patient(self, result: PatientResult) -> int:
        """Keep a patient's result, whose manifest came before; gives the number of rows added."""
        return self._write(lambda rows: write_patient(rows, result))

    def add_failure(self, patient_id: str, failure: Notice) -> int:
        """Keep why a patient of a manifest has no result this time; gives the number of rows added."""
        return self._write(lambda rows: write_failure(rows, patient_id, failure))

    def said_elsewhere(self, sheet: ClinicalSheet) -> SaidElsewhere:
        """What the cohort's other sheets say, those left out that this one is a newer reading of."""
        with self._reading() as connection:
            return said_elsewhere(connection, sheet)

    def add_clinical(self, sheet: ClinicalSheet, step: StepRecord) -> int:
        """Keep a clinical sheet; gives the number of rows added."""
        return self._write(lambda rows: write_clinical(rows, sheet, step))

    def add_reliability(self, analyzed: AnalyzedReliability) -> int:
        """Keep how far features can be relied on; gives the number of rows added."""
        return self._write(lambda rows: write_reliability(rows, analyzed))

    def add_experiment(self, record: ExperimentRecord, step: StepRecord) -> int:
        """Keep an experiment, whose patients the store knows; gives the number of rows added."""
        return self._write(lambda rows: write_experiment(rows, record, step))

    def add_growth(self, forecasts: Sequence[StoredForecast], step: StepRecord) -> int:
        """Make these the cohort's forecasts of lesions by their readers; gives the number of rows added."""
        return self._write(lambda rows: write_growth(rows, forecasts, step))

    def add_decisions(self, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
        """Keep what a person decided, all of it or nothing; gives it with its numbers."""
        kept: list[int] = []
        self._write(lambda rows: kept.extend([write_decision(rows, decision) for decision in decisions]))
        return tuple(replace(one, number=number) for one, number in zip(decisions, kept, strict=True))

    def decisions(self, patient_id: str | None = None) -> tuple[Decision, ...]:
        """All decisions, those undone among them, of one patient or of all, in order of number."""
        with self._reading() as connection:
            return decisions_of(connection, patient_id)

    def decisions_followed(self) -> dict[str, frozenset[int]]:
        """Patient with lesions -> numbers of the decisions that these lesions were followed by."""
        with self._reading() as connection:
            return followed_of(connection)

    def add_readings(self, imported: ImportedReads) -> int:
        """Keep a file of manual reads; gives the number of rows added."""
        return self._write(lambda rows: write_readings(rows, imported))

    def readings(self, patient_id: str) -> tuple[ImportedRead, ...]:
        """What readers said of a patient; each reading's source is its value id."""
        with self._reading() as connection:
            return reads_of(connection, patient_id)

    def add_assessments(self, patient_id: str, criteria: str, assessed: Sequence[Assessed]) -> int:
        """Make these the assessments of a patient by one criterion; gives the number of rows added."""
        return self._write(lambda rows: write_assessments(rows, patient_id, criteria, assessed))

    def _write(self, write: Callable[[Writing], None]) -> int:
        with coded(self._engine), writing(self._engine) as connection:
            check_identifier(connection, self._identifier)
            rows = Writing(connection, self._run_id)
            write(rows)
            rows.count()
        self._run_id = rows.run_id
        return rows.added

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """All that is read in here is as one moment saw it, whoever writes meanwhile."""
        with self._reading() as self._moment:
            try:
                yield
            finally:
                self._moment = None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._moment is not None:
            with coded(self._engine):
                yield self._moment
            return
        with coded(self._engine), self._engine.connect() as connection:
            yield connection.execution_options(oncometry_reads=True)

    def tables(self) -> tuple[str, ...]:
        """Names that `table` takes, as in `docs/concepts/tables.md`."""
        return tuple(READERS)

    def table(self, name: str) -> pd.DataFrame:
        """A table of `docs/concepts/tables.md`: current rows, nullable types, text and JSON as `str` or None.

        Raises:
            LabelError: `LABEL_UNKNOWN`, there is no such table.
        """
        if name not in READERS:
            raise LabelError(
                Code.LABEL_UNKNOWN, f"there is no table {name!r}.", advice=f"Use one of {', '.join(READERS)}."
            )
        with self._reading() as connection:
            return READERS[name](connection)

    def parameters(self, sha256: str) -> str:
        """Canonical JSON of a set of parameters, such as a feature spec, by its hash.

        Raises:
            NothingFoundError: `NOTHING_FOUND`, the store has no such set.
        """
        with self._reading() as connection:
            return read_parameters(connection, sha256)

    def feature_regions(self) -> pd.DataFrame:
        """Regions in images that have features, one row each, as in `features`; `extraction_id` names each here."""
        with self._reading() as connection:
            return read_feature_regions(connection)

    def region_features(self, extractions: Sequence[int]) -> RegionFeatureMatrix:
        """Features of regions, by the ids of `feature_regions`, each once."""
        with self._reading() as connection:
            return read_region_features(connection, extractions)

    def repeated_steps(self) -> tuple[RepeatedStep, ...]:
        """The steps that perturbed regions, a patient each, behind the current reliability of features."""
        with self._reading() as connection:
            return read_repeated_steps(connection)

    def check(self) -> list[Finding]:
        """Look for what does not hold: files changed or gone, keys, sums, numbers that are none."""
        with self._reading() as connection:
            return list(find_faults(connection, self._cohort))

    def why(self, value_id: str) -> Trace:
        """Where a value comes from, back to files and parameters.

        Args:
            value_id: 'measurement:12:volume_ml', 'intensity:55', 'clinical:7' ...: any of the tables.

        Raises:
            NothingFoundError: `NOTHING_FOUND`, there is no such value.
        """
        with self._reading() as connection:
            return trace_value(connection, value_id)


@contextmanager
def _unopened(cohort: Path, url: str | None, *, create: bool = False) -> Iterator[Engine]:
    """An engine whose schema is not looked at."""
    engine = _engine(cohort, url, create=create)
    try:
        with coded(engine):
            yield engine
    finally:
        engine.dispose()


def _engine(cohort: Path, url: str | None, *, create: bool) -> Engine:
    file = cohort / FILE_NAME
    if url is None and not create and not file.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "the cohort has no database.",
            path=file,
            advice="Bring a backup back with `oncometry db restore COHORT FILE`, or begin anew in a new folder.",
        )
    if url is None:
        cohort.mkdir(parents=True, exist_ok=True)
    return open_engine(cohort, url)
