"""The cohort's folder: what makes a folder a cohort, and which database belongs to it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from oncometry import __version__
from oncometry.core import Code, NothingFoundError, SettingsError, StoreError
from oncometry.io import write_text
from oncometry.pipeline.settings import Settings, load_settings
from oncometry.pipeline.turn import one_writer
from oncometry.store import FILE_NAME, Store, Upgrade, server_url, shown_url

__all__ = ["CohortFolder"]

FORMAT = 1
KEPT_SETTINGS = "settings.yaml"


@dataclass(frozen=True)
class CohortFolder:
    """A folder that `run` fills.

    Attributes:
        path: the folder.
        database: URL of its server without the password; None for SQLite in the folder.
        identifier: which cohort it is, as its database says too; None before a run has begun to fill it.
    """

    path: Path
    database: str | None = None
    identifier: str | None = None

    @classmethod
    def create(cls, path: Path, database: str | None) -> CohortFolder:
        """The cohort at `path`, or a place where one may begin: `begin` makes it one.

        Raises:
            StoreError: `NOT_A_COHORT`, the folder holds something else.
            SettingsError: `SETTINGS`, as `open`.
        """
        if _marker(path).is_file():
            return cls.open(path, database)
        if path.exists() and not _is_blank(path):
            raise StoreError(
                Code.NOT_A_COHORT,
                "this is no cohort and it is not empty; nothing is written into it.",
                path=path,
                advice="Give an empty or new folder with -o.",
            )
        return cls(path, None if database is None else shown_url(server_url(database)))

    @classmethod
    def open(cls, path: Path, database: str | None = None) -> CohortFolder:
        """The cohort at `path`.

        Raises:
            NothingFoundError: there is no such folder.
            StoreError: `NOT_A_COHORT`, `SCHEMA_NEWER`, `CORRUPT`.
            SettingsError: `SETTINGS`, a server was named and its database is SQLite.
        """
        if not path.exists():
            raise NothingFoundError(
                Code.NOTHING_FOUND,
                "there is no such cohort.",
                path=path,
                advice="Give the folder that `oncometry run INPUT -o COHORT` made.",
            )
        if not _marker(path).is_file():
            raise StoreError(
                Code.NOT_A_COHORT,
                "this is no cohort.",
                path=path,
                advice="A cohort is made by `oncometry run INPUT -o COHORT`.",
            )
        identifier, kept = _read_marker(path)
        if database is None:
            return cls(path, kept, identifier)
        given = shown_url(server_url(database))
        if kept is None:
            raise SettingsError(
                Code.SETTINGS,
                f"the cohort's database is SQLite in its folder; --database or ONCOMETRY_DATABASE names {given}.",
                path=path,
                advice="Leave both away for this cohort, or use a new folder.",
            )
        return cls(path, given, identifier)

    @property
    def begun(self) -> bool:
        """Whether a run has filled it, or begun to."""
        return _marker(self.path).is_file()

    def store(self, database: str | None = None, *, create: bool = False) -> Store:
        """Its database. A server's password comes from `database` or ONCOMETRY_DATABASE.

        Args:
            database: URL of a server.
            create: make the tables, where no run has filled the folder yet.

        Raises:
            NothingFoundError: `NOTHING_FOUND`, there is no database.
            StoreError: `NOT_A_COHORT`, it holds another cohort; and the others of `Store.open`.
        """
        url = self._url(database)
        if self.begun or not create:
            return Store.open(self.path, url, identifier=self.identifier)
        return Store.begin(self.path, url)

    def upgrade(self, say: Callable[[str], None], database: str | None = None) -> Upgrade:
        """Bring its database to this version's schema, with a backup first; `say` hears whom it waits for."""
        with one_writer(self.path, say):
            return Store.upgrade(self.path, self._url(database), self.identifier)

    def back_up(self, say: Callable[[str], None], database: str | None = None) -> Path:
        """Write a backup of its database into the folder; gives its path."""
        with one_writer(self.path, say):
            return Store.back_up(self.path, self._url(database), self.identifier)

    def restore(self, file: Path, say: Callable[[str], None], database: str | None = None) -> Path | None:
        """Put a backup in the place of its database; gives where the one before is kept."""
        with one_writer(self.path, say):
            return Store.restore(self.path, file, self._url(database), self.identifier)

    def _url(self, database: str | None) -> str | None:
        if self.database is None:
            return None
        return database or os.environ.get("ONCOMETRY_DATABASE") or self.database

    def begin(self, settings: Settings, identifier: str) -> None:
        """Mark the folder as a cohort, and keep the settings of the latest run beside its results.

        Args:
            settings: of the run.
            identifier: that its database was given.
        """
        if not self.begun or _read_marker(self.path) != (identifier, self.database):
            marker = {
                "format": FORMAT,
                "oncometry": __version__,
                "cohort": identifier,
                "database": self.database,
            }
            _marker(self.path).parent.mkdir(parents=True, exist_ok=True)
            write_text(_marker(self.path), json.dumps(marker, indent=1) + "\n")
        self.keep(settings)

    def keep(self, settings: Settings) -> None:
        """Keep settings beside the results: those of the latest run, with what response was asked to go by since."""
        text = yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False)
        write_text(self.path / KEPT_SETTINGS, text)

    def settings(self) -> Settings:
        """As they are kept; defaults where none are.

        Raises:
            SettingsError: `SETTINGS`, somebody wrote into them what does not hold.
        """
        path = self.path / KEPT_SETTINGS
        return load_settings(path if path.is_file() else None)


def _marker(path: Path) -> Path:
    return path / ".oncometry" / "cohort.json"


def _read_marker(path: Path) -> tuple[str, str | None]:
    """Identifier of the cohort and URL of its database.

    Raises:
        StoreError: `SCHEMA_NEWER`; `CORRUPT`, it is not what was written.
    """
    try:
        marker = json.loads(_marker(path).read_text(encoding="utf-8"))
        if marker["format"] > FORMAT:
            raise StoreError(
                Code.SCHEMA_NEWER,
                f"the cohort was written by Oncometry {marker['oncometry']}, newer than this {__version__}.",
                path=path,
                advice="Upgrade Oncometry.",
            )
        return str(marker["cohort"]), marker["database"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            Code.CORRUPT,
            f"what makes the folder a cohort is damaged ({type(error).__name__}: {error}).",
            path=_marker(path),
            advice='Bring the file back from a copy, or write it: {"format": 1, "oncometry": "VERSION", '
            '"cohort": IDENTIFIER, "database": null}, with the identifier that table `cohort` of the database holds.',
        ) from error


def _is_blank(path: Path) -> bool:
    """Whether a cohort may begin there: empty, or left so by a run that was stopped at once."""
    ours = (_marker(path).parent.name, FILE_NAME)
    return path.is_dir() and all(found.name.startswith(ours) for found in path.iterdir())
