"""The demo cohort: made patients with known truth, written as a hospital would hand them over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from os import cpu_count
from pathlib import Path

from oncometry.core import Code, SettingsError
from oncometry.core.processes import Processes
from oncometry.io.files import write_bytes, write_text
from oncometry.synthesis.clinical import screening_failure
from oncometry.synthesis.patient import MadePatient, make_imaged_patient, make_tabled_patient
from oncometry.synthesis.readme import readme
from oncometry.synthesis.reads import reads_csv
from oncometry.synthesis.settings import DemoSettings
from oncometry.synthesis.sheet import sheet_csv, sheet_xlsx
from oncometry.synthesis.truth import truth_csv

__all__ = ["DemoCohort", "Progress", "write_demo"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""

MARK = "demo.json"


@dataclass(frozen=True)
class DemoCohort:
    """Where the cohort was written."""

    folder: Path
    patients: tuple[str, ...]
    images: int
    masks: int
    clinical: Path
    truth: Path

    def to_json(self) -> dict[str, object]:
        """Plain values, paths as text."""
        return {
            "folder": str(self.folder),
            "synthetic": True,
            "patients": list(self.patients),
            "series": self.images,
            "masks": self.masks,
            "clinical": str(self.clinical),
            "truth": str(self.truth),
        }


def write_demo(folder: Path, settings: DemoSettings, progress: Progress | None = None) -> DemoCohort:
    """Write a demo cohort into a new or empty folder (or over the same cohort).

    Raises:
        SettingsError: `SETTINGS` if the folder holds something else.
        UnsupportedError: `EXTRA_MISSING` if the template brain is not installed.
    """
    described = settings.model_dump_json(exclude={"jobs"}, indent=2) + "\n"
    _claim(folder, described)
    made = []
    for patient in _make(folder, settings):
        made.append(patient)
        if progress is not None:
            progress("making patients", len(made), settings.patients)
    clinical = [*(visit for patient in made for visit in patient.clinical), screening_failure()]
    write_bytes(folder / "clinical.xlsx", sheet_xlsx(clinical))
    write_text(folder / "clinical.csv", sheet_csv(clinical))
    if settings.tables_only:
        write_text(folder / "reads.csv", reads_csv(patient.truth for patient in made))
    write_text(folder / "truth.csv", truth_csv(row for patient in made for row in patient.truth))
    parameters = {"synthetic": True, "seed": settings.seed, "patients": [p.parameters for p in made]}
    write_text(folder / "truth.json", json.dumps(parameters, indent=1) + "\n")
    studies = [study for patient in made for study in patient.studies]
    return DemoCohort(
        folder,
        tuple(patient.patient_id for patient in made),
        sum(study.series for study in studies),
        sum(study.mask is not None for study in studies),
        folder / "clinical.xlsx",
        folder / "truth.csv",
    )


def _claim(folder: Path, described: str) -> None:
    mark = folder / MARK
    if folder.exists() and not folder.is_dir():
        raise SettingsError(
            Code.SETTINGS, "it is a file, not a folder.", path=folder, advice="Name a new or empty folder."
        )
    if folder.exists() and any(folder.iterdir()):
        same = mark.is_file() and mark.read_text(encoding="utf-8") == described
        if not same:
            raise SettingsError(
                Code.SETTINGS,
                "the folder is not empty, and does not hold this demo cohort: old files would mix with new ones.",
                path=folder,
                advice="Name a new or empty folder.",
            )
    write_text(mark, described)
    write_text(folder / "README.md", readme())


def _make(folder: Path, settings: DemoSettings) -> Iterable[MadePatient]:
    """The patients in order of number."""
    numbers = range(1, settings.patients + 1)
    if settings.tables_only:
        return (make_tabled_patient(number, settings) for number in numbers)
    make = partial(make_imaged_patient, settings=settings, folder=folder)
    jobs = min(settings.jobs or cpu_count() or 1, settings.patients)
    return map(make, numbers) if jobs == 1 else _in_processes(make, numbers, jobs)


def _in_processes(
    make: Callable[[int], MadePatient], numbers: Iterable[int], jobs: int
) -> Iterable[MadePatient]:
    with Processes(jobs) as processes:
        yield from processes.each(make, numbers)
