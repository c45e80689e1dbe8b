"""The cohort's folder: what makes a folder a cohort, and which database belongs to it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from oncometry import __version__
from oncometry.core import Code, NothingFoundError, SettingsError, StoreError
from oncometry.io import write_text
from oncometry.pipeline.settings import Settings
from oncometry.store import FILE_NAME, Store, Upgrade, server_url, shown_url

__all__ = ["CohortFolder"]

FORMAT = 1


@dataclass(frozen=True)
class CohortFolder:
    """A folder that `run` fills.

    Attributes:
        path: the folder.
        database: URL of its server without the password; None for SQLite in the folder.
    """

    path: Path
    database: str | None = None

    @classmethod
    def create(cls, path: Path, database: str | None) -> CohortFolder:
        """The cohort at `path`, or a place where one may begin: `begin` makes it one.

        Raises:
            StoreError: `NOT_A_COHORT`, the folder holds something else.
            SettingsError: `SETTINGS`, another database.
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
            StoreError: `NOT_A_COHORT`, `SCHEMA_NEWER`.
            SettingsError: `SETTINGS`, another database was named.
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
        marker = json.loads(_marker(path).read_text(encoding="utf-8"))
        if marker["format"] > FORMAT:
            raise StoreError(
                Code.SCHEMA_NEWER,
                f"the cohort was written by Oncometry {marker['oncometry']}, newer than this {__version__}.",
                path=path,
                advice="Upgrade Oncometry.",
            )
        kept = marker["database"]
        if database is not None and kept != shown_url(server_url(database)):
            raise SettingsError(
                Code.SETTINGS,
                f"the cohort's database is {kept or 'SQLite in its folder'}, not {shown_url(server_url(database))}.",
                path=path,
                advice="Use the database it was begun with, or a new folder.",
            )
        return cls(path, kept)

    @property
    def begun(self) -> bool:
        """Whether a run has filled it, or begun to."""
        return _marker(self.path).is_file()

    def store(self, database: str | None = None, *, create: bool = False) -> Store:
        """Its database. A server's password comes from `database` or ONCOMETRY_DATABASE."""
        return Store.open(self.path, self._url(database), create=create)

    def upgrade(self, database: str | None = None) -> Upgrade:
        """Bring its database to this version's schema, with a backup first."""
        return Store.upgrade(self.path, self._url(database))

    def back_up(self, database: str | None = None) -> Path:
        """Write a backup of its database into the folder; gives its path."""
        return Store.back_up(self.path, self._url(database))

    def restore(self, file: Path, database: str | None = None) -> Path | None:
        """Put a backup in the place of its database; gives where the one before is kept."""
        return Store.restore(self.path, file, self._url(database))

    def _url(self, database: str | None) -> str | None:
        if self.database is None:
            return None
        return database or os.environ.get("ONCOMETRY_DATABASE") or self.database

    def begin(self, settings: Settings) -> None:
        """Mark the folder as a cohort, and keep the settings of the latest run beside its results."""
        if not _marker(self.path).is_file():
            marker = {"format": FORMAT, "oncometry": __version__, "database": self.database}
            _marker(self.path).parent.mkdir(parents=True, exist_ok=True)
            write_text(_marker(self.path), json.dumps(marker, indent=1) + "\n")
        text = yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False)
        write_text(self.path / "settings.yaml", text)


def _marker(path: Path) -> Path:
    return path / ".oncometry" / "cohort.json"


def _is_blank(path: Path) -> bool:
    """Whether a cohort may begin there: empty, or left so by a run that was stopped at once."""
    ours = (_marker(path).parent.name, FILE_NAME)
    return path.is_dir() and all(found.name.startswith(ours) for found in path.iterdir())
