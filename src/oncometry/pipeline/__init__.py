"""The order of the verbs: settings composed, steps cached, patients worked on in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.io.manifest import FileRecord, FileStatus, Manifest, MaskRecord, SeriesRecord
    from oncometry.pipeline.clinical import import_clinical, stored_timepoints
    from oncometry.pipeline.deidentify import check_kept_apart
    from oncometry.pipeline.examine import Examined, examine
    from oncometry.pipeline.exchange import CDISC, EXCHANGE_FORMATS, Exchanged, exchange
    from oncometry.pipeline.folder import CohortFolder
    from oncometry.pipeline.import_reads import import_reads
    from oncometry.pipeline.machine import native_core, room, speeds, sqlite_version
    from oncometry.pipeline.progress import Reporter, SilentProgress, counter, progress_for
    from oncometry.pipeline.read_account import ReadAccount, ReadsOutcome
    from oncometry.pipeline.reads_asked import ReadsAsked
    from oncometry.pipeline.refused import refused
    from oncometry.pipeline.respond import Responded, respond
    from oncometry.pipeline.run import Ran, RunRequest, preview, run
    from oncometry.pipeline.set_aside import SET_ASIDE
    from oncometry.pipeline.settings import Settings, load_settings, settings_schema
    from oncometry.pipeline.summary import RunSummary
    from oncometry.pipeline.turn import one_writer

__all__ = [
    "CDISC",
    "EXCHANGE_FORMATS",
    "SET_ASIDE",
    "CohortFolder",
    "Examined",
    "Exchanged",
    "FileRecord",
    "FileStatus",
    "Manifest",
    "MaskRecord",
    "Ran",
    "ReadAccount",
    "ReadsAsked",
    "ReadsOutcome",
    "Reporter",
    "Responded",
    "RunRequest",
    "RunSummary",
    "SeriesRecord",
    "Settings",
    "SilentProgress",
    "check_kept_apart",
    "counter",
    "examine",
    "exchange",
    "import_clinical",
    "import_reads",
    "load_settings",
    "native_core",
    "one_writer",
    "preview",
    "progress_for",
    "refused",
    "respond",
    "room",
    "run",
    "settings_schema",
    "speeds",
    "sqlite_version",
    "stored_timepoints",
]

open_lazily(
    __name__,
    {
        "SET_ASIDE": "oncometry.pipeline.set_aside",
        "CDISC": "oncometry.pipeline.exchange",
        "EXCHANGE_FORMATS": "oncometry.pipeline.exchange",
        "Exchanged": "oncometry.pipeline.exchange",
        "exchange": "oncometry.pipeline.exchange",
        "CohortFolder": "oncometry.pipeline.folder",
        "Examined": "oncometry.pipeline.examine",
        "FileRecord": "oncometry.io.manifest",
        "FileStatus": "oncometry.io.manifest",
        "Manifest": "oncometry.io.manifest",
        "MaskRecord": "oncometry.io.manifest",
        "Ran": "oncometry.pipeline.run",
        "ReadAccount": "oncometry.pipeline.read_account",
        "ReadsAsked": "oncometry.pipeline.reads_asked",
        "ReadsOutcome": "oncometry.pipeline.read_account",
        "Reporter": "oncometry.pipeline.progress",
        "RunRequest": "oncometry.pipeline.run",
        "RunSummary": "oncometry.pipeline.summary",
        "SeriesRecord": "oncometry.io.manifest",
        "Settings": "oncometry.pipeline.settings",
        "SilentProgress": "oncometry.pipeline.progress",
        "check_kept_apart": "oncometry.pipeline.deidentify",
        "counter": "oncometry.pipeline.progress",
        "examine": "oncometry.pipeline.examine",
        "import_clinical": "oncometry.pipeline.clinical",
        "import_reads": "oncometry.pipeline.import_reads",
        "load_settings": "oncometry.pipeline.settings",
        "native_core": "oncometry.pipeline.machine",
        "one_writer": "oncometry.pipeline.turn",
        "preview": "oncometry.pipeline.run",
        "progress_for": "oncometry.pipeline.progress",
        "Responded": "oncometry.pipeline.respond",
        "respond": "oncometry.pipeline.respond",
        "refused": "oncometry.pipeline.refused",
        "room": "oncometry.pipeline.machine",
        "run": "oncometry.pipeline.run",
        "settings_schema": "oncometry.pipeline.settings",
        "speeds": "oncometry.pipeline.machine",
        "sqlite_version": "oncometry.pipeline.machine",
        "stored_timepoints": "oncometry.pipeline.clinical",
    },
)
