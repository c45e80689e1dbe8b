"""The main job: curate, convert, preprocess, measure, follow, store."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from oncometry.core import (
    Code,
    Decision,
    NothingFoundError,
    Notice,
    OncometryError,
    SettingsError,
    UnsupportedError,
    in_force,
)
from oncometry.core.processors import cores
from oncometry.io import curate
from oncometry.io.clinical import check_clinical
from oncometry.io.deidentify import Beside as SheetsBeside
from oncometry.io.deidentify import Key
from oncometry.io.earlier import Earlier
from oncometry.io.isolation import isolated
from oncometry.io.manifest import Manifest
from oncometry.pipeline.clinical import ClinicalOutcome, import_clinical, stored_timepoints
from oncometry.pipeline.deidentify import CleanInput, check_kept_apart, clean_input
from oncometry.pipeline.folder import CohortFolder
from oncometry.pipeline.import_reads import import_reads
from oncometry.pipeline.job import PatientJob
from oncometry.pipeline.layout import assign_subjects, write_description
from oncometry.pipeline.networks import Networks, find_networks
from oncometry.pipeline.patient import process_patient
from oncometry.pipeline.progress import Reporter, counter
from oncometry.pipeline.read_account import ReadsOutcome
from oncometry.pipeline.reads_asked import ReadsAsked
from oncometry.pipeline.records import RecordBook
from oncometry.pipeline.respond import Responded, known_criteria, respond
from oncometry.pipeline.run_reads import checked_reads, told_of_reads
from oncometry.pipeline.settings import Settings
from oncometry.pipeline.step import describe_step
from oncometry.pipeline.summary import Beside, RunSummary, summarize
from oncometry.pipeline.tabled import Tabled, has_no_images, keep_tabled
from oncometry.pipeline.turn import one_writer
from oncometry.pipeline.unmasked import counted, unknown_visits
from oncometry.pipeline.workers import work_through
from oncometry.segmentation.registry import STARTERS
from oncometry.store import Store
from oncometry.store.patient_result import PatientResult
from oncometry.store.provenance import StepInput, StepRecord

__all__ = ["Ran", "RunRequest", "preview", "run"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunRequest:
    """What `oncometry run` was asked to do.

    `measure` False is `oncometry curate`: images are laid out, nothing is measured. With a `key` everything is
    de-identified under it first.
    """

    inputs: tuple[Path, ...]
    cohort: Path
    masks: Path | None = None
    clinical: Path | None = None
    reads: tuple[Path, ...] = ()
    settings: Settings = field(default_factory=Settings)
    database: str | None = None
    jobs: int | None = None
    fresh: bool = False
    measure: bool = True
    key: Key | None = None


@dataclass(frozen=True, eq=False)
class Ran:
    """What came in, what became of it, and what is to be known of sheets that were read beside."""

    manifest: Manifest
    summary: RunSummary
    notices: tuple[Notice, ...] = ()


def run(request: RunRequest, reporter: Reporter, executor: Executor | None = None) -> Ran:
    """Fill the cohort from the inputs.

    Args:
        request: what to do.
        reporter: hears the progress.
        executor: where patients are worked on; by default processes of this machine.

    Raises:
        NothingFoundError: an input or a network is missing, or the sheet has no rows.
        UnsupportedError, CorruptInputError: sheet or network are none, before anything is written.
        SettingsError, StoreError: before anything is written.
        StoreError: `WRITE_FAILED`, there is no room or no permission; the same request again goes on from there.
    """
    _check_places(request)
    _check_networks(request)
    CohortFolder.create(request.cohort, request.database)
    with one_writer(request.cohort, reporter.warn):
        return _run(request, reporter, executor)


def _run(request: RunRequest, reporter: Reporter, executor: Executor | None) -> Ran:
    began = datetime.now(UTC)
    folder = CohortFolder.create(request.cohort, request.database)
    check_kept_apart(request.cohort, request.key, begun=folder.begun)
    request = _going_on(request, folder)
    workspace = request.cohort / ".oncometry"
    clean = _clean(request, workspace, reporter)
    failures: list[Notice] = []
    results: list[PatientResult] = []
    with folder.store(request.database, create=True) as store:
        folder.begin(request.settings, store.identifier)
        known = frozenset(store.table("patients")["patient_id"])
        book = RecordBook(request.cohort, known, request.settings.curate)
        manifest, step = _curate(request, clean, workspace, reporter, book)
        book.keep(manifest)
        added = store.add_manifest(manifest, step)
        tabled = _tabled(request, manifest, store)
        clinical = _clinical(request, clean, store)
        added += tabled.added
        added += sum(outcome.added for outcome in clinical)
        subjects = assign_subjects(store, manifest)
        write_description(request.cohort, manifest, subjects, store)
        networks = _networks(request, manifest, reporter)
        jobs = _jobs(request, manifest, subjects, store.decisions(), networks, _deep(request))
        reporter.stage("measuring" if request.measure else "converting", len(jobs))
        for job, done in work_through(jobs, process_patient, executor, request.jobs):
            added += _keep(store, job, done, results, failures, reporter)
            reporter.advance(job.patient_id)
        reads = _reads(request, store)
        said, conflicts = told_of_reads(reads)
        failures.extend(conflicts)
        responded = _respond(request, store, results, reads)
        added += reads.added + responded.added
        failures.extend(responded.failures)
    summary = summarize(
        manifest=manifest,
        results=results,
        failures=failures,
        beside=Beside(tabled, clinical, reads if request.reads else None),
        clean=clean,
        assessments=responded.assessments,
        rows_added=added,
        began=began,
    )
    return Ran(manifest, summary, (*tabled.notices, *said))


def _tabled(request: RunRequest, manifest: Manifest, store: Store) -> Tabled:
    """Patients and visits of the sheets, where there are no images at all to tell them."""
    sheets = () if request.clinical is None else (request.clinical,)
    if request.key is not None or not (sheets or request.reads) or not has_no_images(manifest, store):
        return Tabled()
    return keep_tabled(store, sheets, checked_reads(request.reads), request.settings.clinical.columns)


def _reads(request: RunRequest, store: Store) -> ReadsOutcome:
    """Manual reads against the patients, visits and lesions that are there now."""
    if not request.reads:
        return ReadsOutcome((), 0)
    reach_mm = request.settings.measurement.match_distance_mm
    return import_reads(request.reads, None, store, ReadsAsked(reach_mm=reach_mm))


def _respond(
    request: RunRequest, store: Store, results: Sequence[PatientResult], reads: ReadsOutcome
) -> Responded:
    """Responses of the patients that were measured or read; none where nothing is to be measured."""
    if not request.measure:
        return Responded()
    criteria = dict.fromkeys([*request.settings.response.criteria, *known_criteria(store)])
    patients = {result.patient_id for result in results}
    patients |= {account.reading.patient_id for account in reads.accounts if account.kept}
    return respond(store, request.settings.response, list(criteria), patients)


def _going_on(request: RunRequest, folder: CohortFolder) -> RunRequest:
    """Response goes by what the cohort kept, `oncometry assess` may have asked it, where this run states nothing."""
    response = request.settings.response.going_on(folder.settings().response)
    return replace(request, settings=request.settings.model_copy(update={"response": response}))


def _keep(
    store: Store,
    job: PatientJob,
    done: PatientResult | BaseException,
    results: list[PatientResult],
    failures: list[Notice],
    reporter: Reporter,
) -> int:
    """A patient's result into the store; one that failed, or that the store refuses, is written down."""
    try:
        if isinstance(done, BaseException):
            raise done
        added = store.add_patient(done)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this patient's, and it is kept
        failure = _failure(job, error)
        failures.append(failure)
        reporter.say(f"failed: {failure}")
        return store.add_failure(job.patient_id, failure)
    failures.extend(done.failures)
    results.append(done)
    return added


def _failure(job: PatientJob, error: Exception) -> Notice:
    if isinstance(error, OncometryError):
        where = None if error.path is None else str(error.path)
        return Notice(error.code, f"patient {job.patient_id} failed: {error.told}", where)
    logger.error("patient %s failed", job.patient_id, exc_info=error)
    return Notice(Code.INTERNAL, f"patient {job.patient_id} failed: {type(error).__name__}: {error}")


def preview(request: RunRequest, reporter: Reporter) -> Manifest:
    """Curate without writing anything that stays (`--dry-run`)."""
    _check_places(request)
    folder = CohortFolder.create(request.cohort, request.database)
    check_kept_apart(request.cohort, request.key, begun=folder.begun)
    beside = next(place for place in (request.cohort, *request.cohort.absolute().parents) if place.is_dir())
    # not where all can read: what is unpacked may identify; under a name that the next writer sweeps
    with tempfile.TemporaryDirectory(prefix=".preview-", suffix=".part", dir=beside) as aside:
        clean = _clean(request, Path(aside), reporter)
        manifest, _ = _curate(request, clean, Path(aside), reporter)
    return manifest


def _check_places(request: RunRequest) -> None:
    cohort = request.cohort.resolve()
    beside = (request.masks, request.clinical, *request.reads)
    named = (*request.inputs, *(p for p in beside if p is not None))
    for path in named:
        if not path.exists():
            raise NothingFoundError(Code.NOTHING_FOUND, "there is no such file or folder.", path=path)
        if cohort == path.resolve() or cohort in path.resolve().parents:
            raise SettingsError(
                Code.SETTINGS, "the input lies inside the cohort that would be written.", path=path
            )
        if path.is_dir() and path.resolve() in cohort.parents:
            raise SettingsError(
                Code.SETTINGS,
                f"the cohort {request.cohort} lies inside the input, and would be read as input.",
                path=path,
                advice="Give -o a folder beside the input.",
            )
    if not any(_holds_a_file(path) for path in request.inputs):
        names = ", ".join(map(str, request.inputs))
        raise NothingFoundError(Code.NOTHING_FOUND, f"there are no files in {names}.")
    if request.clinical is not None:
        isolated(check_clinical, request.clinical)
    if request.reads and request.key is not None:
        raise SettingsError(
            Code.SETTINGS,
            "--reads names people, and is not de-identified.",
            advice="Leave it away, or leave --deidentify away.",
        )
    checked_reads(request.reads)


def _check_networks(request: RunRequest) -> None:
    """Networks that a person named are there, whether or not a visit needs them."""
    settings = request.settings.segmentation
    if request.measure and (settings.network, settings.brain) != tuple(STARTERS.values()):
        find_networks(settings)
    _deep(request)


def _holds_a_file(path: Path) -> bool:
    return not path.is_dir() or any(names for _, _, names in os.walk(path, followlinks=True))


def _clean(request: RunRequest, workspace: Path, reporter: Reporter) -> CleanInput | None:
    """De-identified copies of all that came in; None where that is not asked for."""
    if request.key is None:
        return None
    beside = SheetsBeside(request.masks, request.clinical, request.settings.clinical.columns)
    return clean_input(request.inputs, beside, request.key, request.settings, workspace, counter(reporter))


def _curate(
    request: RunRequest,
    clean: CleanInput | None,
    workspace: Path,
    reporter: Reporter,
    earlier: Earlier | None = None,
) -> tuple[Manifest, StepRecord]:
    clock = time.perf_counter()
    workspace.mkdir(parents=True, exist_ok=True)
    manifest = curate(
        request.inputs if clean is None else (clean.scans,),
        request.settings.curate,
        masks=request.masks if clean is None else None,
        beside=[] if clean is not None else [p for p in (request.clinical, *request.reads) if p is not None],
        earlier=earlier,
        workspace=workspace,
        fresh=request.fresh,
        progress=counter(reporter),
    )
    hashes = sorted(record.sha256 for record in manifest.files)
    inputs = tuple(StepInput("file", sha256, "input") for sha256 in hashes)
    parameters: dict[str, object] = request.settings.curate.model_dump(mode="json")
    if request.key is not None:
        options = sorted(request.settings.deidentify.options)
        parameters["deidentify"] = {"options": options, "key_fingerprint": request.key.fingerprint}
    step = describe_step("curate", "cohort", parameters, inputs)
    seconds = round(time.perf_counter() - clock, 3)
    return manifest, replace(step, seconds=seconds)


def _clinical(request: RunRequest, clean: CleanInput | None, store: Store) -> list[ClinicalOutcome]:
    """The sheet against all patients of the cohort, not only those of this input."""
    given = () if request.clinical is None else (request.clinical,)
    sheets = given if clean is None else clean.sheets
    settings = request.settings.clinical
    return [import_clinical(sheet, stored_timepoints(store), store, settings) for sheet in sheets]


def _networks(request: RunRequest, manifest: Manifest, reporter: Reporter) -> Networks | None:
    """What segments visits without masks; a starter network that is not installed is said once."""
    _, count = counted(manifest.series, manifest.masks)
    unknown = unknown_visits(manifest.series, manifest.masks)
    if request.measure and unknown and request.settings.segmentation.when != "never":
        reporter.warn(
            f"visits without a mask, of whose images nothing tells the sequence: {unknown}; no network is asked about them. "
            "If they show the brain by MR, name the sequence in the settings, as in `curate: {contrast_map: {FILE: T1c}}`"
        )
    if not request.measure or not count:
        return None
    networks, missing = find_networks(request.settings.segmentation)
    if missing:
        left = "the head is taken as it is where the skull is on" if networks else "they are not segmented"
        reporter.warn(
            f"visits with MR of the brain and no mask: {count}; the network {missing} is not installed, so that {left}. "
            "`oncometry networks list` shows what there is; another is named in the settings, section segmentation, where "
            "`when: never` says that nothing is to be segmented"
        )
    return networks


def _deep(request: RunRequest) -> Networks | None:
    """The network whose encoder gives deep features, with the one that finds the brain for it; None where none is asked.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, it is not there.
        CorruptInputError, SettingsError: as `find_networks`.
        UnsupportedError: `UNSUPPORTED_TYPE`, it is of another make.
    """
    asked = request.settings.features.deep
    if asked is None or not request.measure:
        return None
    found, missing = find_networks(
        request.settings.segmentation.model_copy(update={"network": asked, "when": "missing"})
    )
    if found is None:
        raise NothingFoundError(
            Code.NOTHING_FOUND, f"features.deep names the network {missing}, which is not installed."
        )
    if found.tumor.card.architecture is None:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"features.deep names the network {found.tumor.called}, which is of another make: deep features are of ours.",
            path=found.tumor.path,
        )
    return found


def _jobs(
    request: RunRequest,
    manifest: Manifest,
    subjects: dict[str, str],
    decisions: Sequence[Decision],
    networks: Networks | None,
    deep: Networks | None,
) -> list[PatientJob]:
    jobs = []
    beside = max(1, min(request.jobs or cores(), len(manifest.patient_ids)))
    for patient_id in manifest.patient_ids:
        series, masks = manifest.of_patient(patient_id)
        jobs.append(
            PatientJob(
                cohort=request.cohort,
                patient_id=patient_id,
                subject=subjects[patient_id],
                series=series,
                masks=masks,
                doses=tuple(d for d in manifest.doses if d.patient_id == patient_id),
                timepoints=tuple(t for t in manifest.timepoints if t.patient_id == patient_id),
                settings=request.settings,
                decisions=in_force([d for d in decisions if d.patient_id == patient_id]),
                fresh=request.fresh,
                measure=request.measure,
                networks=networks,
                deep=deep,
                beside=beside,
            )
        )
    return jobs
