"""A folder of scans, as `oncometry run` takes it, as cases to learn from: one a visit that came with a mask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import (
    STRUCTURAL,
    Code,
    LabelError,
    NothingFoundError,
    OncometryError,
    SettingsError,
    StoreError,
)
from oncometry.io import CurateSettings, curate, subject_label
from oncometry.io.case_layouts import CaseFiles, FoundCases
from oncometry.io.manifest import FileStatus, Manifest
from oncometry.pipeline import CohortFolder, Reporter, Settings, counter
from oncometry.pipeline.job import PatientJob
from oncometry.pipeline.masked_visits import LaidVisit, laid_visits
from oncometry.segmentation.card import RegionRule
from oncometry.training.regions import hidden_regions, shown_regions
from oncometry.training_data import CasesData

__all__ = ["CohortCases", "cohort_cases"]


@dataclass(frozen=True)
class CohortCases:
    """Cases with files on one grid each, and what their masks show.

    Attributes:
        scheme, rules: of the network that learns from them, as `shown_regions` has them.
    """

    found: FoundCases
    scheme: str
    rules: tuple[RegionRule, ...]


def cohort_cases(data: CasesData, folder: Path, reporter: Reporter) -> CohortCases:
    """Find patients, visits, sequences and masks, and lay each visit's images on the grid of its mask.

    Args:
        folder: where files are laid; what lies there already is not made again.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no such folder, no image, or no visit to learn from.
        StoreError: `NOT_A_COHORT`, the folder is what a run wrote; `WRITE_FAILED`.
        SettingsError: `SETTINGS`, the masks are of no tumor, or files would be laid into the input.
    """
    _check_places(data.folder, folder)
    curating = data.curate.model_copy(update={"scheme": data.scheme})
    manifest = curate((data.folder,), curating, workspace=folder / ".oncometry", progress=counter(reporter))
    _tell(manifest, reporter)
    laid: list[tuple[CaseFiles, LaidVisit]] = []
    left_out: list[tuple[str, OncometryError]] = []
    progress, total = counter(reporter), len(manifest.timepoints)
    for number, (name, patient, visit) in enumerate(_visits(manifest, data, curating, folder), 1):
        if isinstance(visit, OncometryError):
            left_out.append((name, visit))
        else:
            if visit.without:
                reporter.warn(
                    f"{name}: without {', '.join(visit.without)}: not read, or not registered with its mask"
                )
            laid.append((CaseFiles(name, patient, visit.images, visit.mask), visit))
        progress("laying visits", number, total)
    cohort = _of_one_kind(laid, left_out) if laid else None
    if cohort is None or not cohort.found.cases:
        raise _nothing(data.folder, left_out)
    return cohort


def _visits(
    manifest: Manifest, data: CasesData, curating: CurateSettings, folder: Path
) -> Iterator[tuple[str, str, LaidVisit | OncometryError]]:
    """Name, patient, and what was laid of each visit."""
    subjects: dict[str, str] = {}
    for patient_id in manifest.patient_ids:
        subjects[patient_id] = subject_label(patient_id, subjects)
        series, masks = manifest.of_patient(patient_id)
        job = PatientJob(
            cohort=folder,
            patient_id=patient_id,
            subject=subjects[patient_id],
            series=series,
            masks=masks,
            doses=(),
            timepoints=tuple(t for t in manifest.timepoints if t.patient_id == patient_id),
            settings=Settings(curate=curating),
        )
        for timepoint, visit in laid_visits(job, data.inputs or STRUCTURAL):
            yield f"{subjects[patient_id]}_{timepoint.label}", patient_id, visit


def _of_one_kind(
    laid: Sequence[tuple[CaseFiles, LaidVisit]], left_out: list[tuple[str, OncometryError]]
) -> CohortCases:
    """Cases whose masks show all regions that any of them shows; the others are left out."""
    scheme, rules = shown_regions({part for _, visit in laid for part in visit.compartments})
    cases = []
    for files, visit in laid:
        hidden = hidden_regions(visit.compartments, rules)
        if not hidden:
            cases.append(files)
            continue
        drawn = ", ".join(visit.compartments)
        what = f"its mask draws {drawn} as one, where other visits show {', '.join(hidden)} in it."
        left_out.append((files.name, LabelError(Code.LABEL_ABSENT, what)))
    return CohortCases(FoundCases(tuple(cases), tuple(left_out)), scheme, rules)


def _check_places(source: Path, folder: Path) -> None:
    """Neither is what a run wrote read for input, nor what is laid here."""
    if CohortFolder(source).begun:
        raise StoreError(
            Code.NOT_A_COHORT,
            "it is what `oncometry run` wrote: no input of a training.",
            path=source,
            advice="Name the folder of scans and masks that `oncometry run` was given.",
        )
    if source.resolve() in folder.resolve().parents:
        raise SettingsError(
            Code.SETTINGS,
            f"{folder.parent} lies inside the folder of the cases, and would be read as input.",
            path=source,
            advice="Give -o a folder beside it.",
        )


def _tell(manifest: Manifest, reporter: Reporter) -> None:
    """What is read, and what is not."""
    reporter.say(
        f"{len(manifest.patient_ids)} patients, {len(manifest.timepoints)} visits, {len(manifest.series)} series, "
        f"{len(manifest.masks)} masks"
    )
    codes = Counter(str(f.code) for f in manifest.files if f.status is FileStatus.QUARANTINED)
    if codes:
        told = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
        reporter.warn(f"files that are not read: {told}; `oncometry curate` names them")
    for notice in manifest.notices:
        reporter.warn(str(notice))


def _nothing(source: Path, left_out: list[tuple[str, OncometryError]]) -> NothingFoundError:
    if left_out:
        name, error = left_out[0]
        what = f"none of {len(left_out)} visits can be learned from; the first, {name}: {error}"
    else:
        what = "no visit was found in the folder."
    return NothingFoundError(
        Code.NOTHING_FOUND,
        what,
        path=source,
        advice="data.folder holds scans and masks, as `oncometry run` takes them.",
    )
