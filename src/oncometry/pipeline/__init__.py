"""The order of the verbs: settings composed, steps cached, patients worked on in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.io.manifest import FileRecord, FileStatus, Manifest, MaskRecord, SeriesRecord
    from oncometry.pipeline.clinical import import_clinical, stored_timepoints
    from oncometry.pipeline.folder import CohortFolder
    from oncometry.pipeline.progress import Reporter, SilentProgress, counter, progress_for
    from oncometry.pipeline.run import Ran, RunRequest, preview, run
    from oncometry.pipeline.settings import Settings, load_settings, settings_schema
    from oncometry.pipeline.summary import RunSummary, refused

__all__ = [
    "CohortFolder",
    "FileRecord",
    "FileStatus",
    "Manifest",
    "MaskRecord",
    "Ran",
    "Reporter",
    "RunRequest",
    "RunSummary",
    "SeriesRecord",
    "Settings",
    "SilentProgress",
    "counter",
    "import_clinical",
    "load_settings",
    "preview",
    "progress_for",
    "refused",
    "run",
    "settings_schema",
    "stored_timepoints",
]

open_lazily(
    __name__,
    {
        "CohortFolder": "oncometry.pipeline.folder",
        "FileRecord": "oncometry.io.manifest",
        "FileStatus": "oncometry.io.manifest",
        "Manifest": "oncometry.io.manifest",
        "MaskRecord": "oncometry.io.manifest",
        "Ran": "oncometry.pipeline.run",
        "Reporter": "oncometry.pipeline.progress",
        "RunRequest": "oncometry.pipeline.run",
        "RunSummary": "oncometry.pipeline.summary",
        "SeriesRecord": "oncometry.io.manifest",
        "Settings": "oncometry.pipeline.settings",
        "SilentProgress": "oncometry.pipeline.progress",
        "counter": "oncometry.pipeline.progress",
        "import_clinical": "oncometry.pipeline.clinical",
        "load_settings": "oncometry.pipeline.settings",
        "preview": "oncometry.pipeline.run",
        "progress_for": "oncometry.pipeline.progress",
        "refused": "oncometry.pipeline.summary",
        "run": "oncometry.pipeline.run",
        "settings_schema": "oncometry.pipeline.settings",
        "stored_timepoints": "oncometry.pipeline.clinical",
    },
)
