"""The order of the verbs: settings composed, steps cached, patients worked on in parallel."""

from oncometry.io.manifest import FileStatus, Manifest
from oncometry.pipeline.clinical import import_clinical, stored_timepoints
from oncometry.pipeline.folder import CohortFolder
from oncometry.pipeline.progress import Reporter, SilentProgress, counter, progress_for
from oncometry.pipeline.run import RunRequest, preview, run
from oncometry.pipeline.settings import Settings, load_settings, settings_schema
from oncometry.pipeline.summary import SET_ASIDE, RunSummary

__all__ = [
    "SET_ASIDE",
    "CohortFolder",
    "FileStatus",
    "Manifest",
    "Reporter",
    "RunRequest",
    "RunSummary",
    "Settings",
    "SilentProgress",
    "counter",
    "import_clinical",
    "load_settings",
    "preview",
    "progress_for",
    "run",
    "settings_schema",
    "stored_timepoints",
]
