"""What a run did, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from oncometry.core import Code, Notice
from oncometry.io.deidentify import Deidentified, by_code
from oncometry.io.manifest import FileStatus, Manifest
from oncometry.pipeline.clinical import ClinicalOutcome
from oncometry.pipeline.deidentify import CleanInput
from oncometry.pipeline.read_account import ReadsOutcome
from oncometry.pipeline.refused import refused
from oncometry.pipeline.set_aside import SET_ASIDE
from oncometry.pipeline.tabled import Tabled
from oncometry.pipeline.unmasked import counted, unknown_visits
from oncometry.response import CATEGORIES, Assessment, Category, ResponseRow
from oncometry.store.patient_result import PatientResult

__all__ = ["Beside", "RunSummary", "summarize"]


@dataclass(frozen=True, eq=False)
class Beside:
    """What came of sheets beside the scans: patients of them alone, clinical sheets, manual reads where asked."""

    tabled: Tabled
    clinical: Sequence[ClinicalOutcome]
    reads: ReadsOutcome | None


@dataclass(frozen=True)
class LeftClean:
    """Files that came in to be de-identified, those left out by reason code, and what of the sheet is left out."""

    files: int
    written: int
    duplicates: int
    opened: int
    quarantined: dict[str, int]
    notices: dict[str, int]
    emptied: dict[str, int]
    columns_left_out: tuple[str, ...]
    cells_left_out: dict[str, int]


@dataclass(frozen=True)
class RunSummary:
    """Counts of a run; `files == used + duplicate + quarantined`.

    Attributes:
        by_code: quarantined files by reason code.
        notices: what was accepted with a warning, by code.
        refused: files quarantined for what is wrong with them, with code and reason.
        observations: measured lesions, once for each mask of a date that they are seen in.
        failures: coded messages of what could not be done.
        clinical: rows of the sheets by what became of them; None without a sheet.
        clinical_remarks: matched rows of which something is not used, by code.
        responses: criteria -> category -> patients of this run with that overall category at their last visit, as the
            accepted reader called it, else as measured; a patient without either is in none.
        segmented: visits without masks: by the network that segmented them, and those that none did.
        rows_added: rows new in the database; 0 for the same input again.
        steps, steps_run: steps in all, and those that were not already there.
        deidentified: what came of the files before all else; None where that was not asked for.
        of_sheets: patients who are known from sheets alone.
        reads: manual readings by what became of them; None without a file of them.
    """

    layout: str
    files: int
    used: int
    duplicate: int
    quarantined: int
    by_code: dict[str, int]
    refused: tuple[dict[str, str], ...]
    patients: int
    timepoints: int
    series: int
    masks: int
    doses: int
    lesions: int
    observations: int
    small_parts: int
    notices: dict[str, int]
    failures: tuple[str, ...]
    clinical: dict[str, int] | None
    clinical_remarks: dict[str, int]
    responses: dict[str, dict[str, int]]
    segmented: dict[str, int]
    rows_added: int
    steps: int
    steps_run: int
    seconds: float
    report: str | None = None
    deidentified: LeftClean | None = None
    of_sheets: int = 0
    reads: dict[str, int] | None = None

    @property
    def corrupt(self) -> int:
        """Number of files quarantined for what is wrong with them."""
        left_out = self.deidentified.quarantined if self.deidentified else {}
        return len(self.refused) + sum(n for code, n in left_out.items() if Code(code) not in SET_ASIDE)

    def to_json(self) -> dict[str, object]:
        """As `--json` prints it."""
        return asdict(self)


def summarize(
    manifest: Manifest,
    results: Sequence[PatientResult],
    failures: Sequence[Notice],
    beside: Beside,
    clean: CleanInput | None,
    assessments: Sequence[Assessment],
    rows_added: int,
    began: datetime,
) -> RunSummary:
    """Count."""
    counts = manifest.counts
    codes = Counter(f.code.value for f in manifest.files if f.status is FileStatus.QUARANTINED and f.code)
    steps = [step for result in results for step in result.steps]
    tracked = [lesion for result in results for lesion in result.tracked]
    return RunSummary(
        layout=manifest.layout,
        files=len(manifest.files),
        used=counts[FileStatus.USED],
        duplicate=counts[FileStatus.DUPLICATE],
        quarantined=counts[FileStatus.QUARANTINED],
        by_code=dict(sorted(codes.items())),
        refused=tuple({"file": f.shown, "code": str(f.code), "detail": f.detail} for f in refused(manifest)),
        patients=len(manifest.patient_ids) + len(beside.tabled.patients),
        timepoints=len(manifest.timepoints) + len(beside.tabled.timepoints),
        series=len(manifest.series),
        masks=len(manifest.masks),
        doses=len(manifest.doses),
        lesions=len(tracked),
        observations=sum(len(lesion.members) for lesion in tracked),
        small_parts=sum(len(s.measured.small_parts) for r in results for s in r.segmentations),
        notices=dict(sorted(Counter(n.code.value for n in _notices(manifest, results)).items())),
        failures=tuple(str(failure) for failure in failures),
        clinical=_rows(beside.clinical),
        clinical_remarks=_remarks(beside.clinical),
        responses=_responses(assessments),
        segmented=_segmented(manifest, results),
        rows_added=rows_added,
        steps=len(steps),
        steps_run=sum(step.started >= began for step in steps),
        seconds=round((datetime.now(UTC) - began).total_seconds(), 1),
        deidentified=_told(clean.done) if clean else None,
        of_sheets=len(beside.tabled.patients),
        reads=None if beside.reads is None else dict(beside.reads.counts),
    )


def _rows(clinical: Sequence[ClinicalOutcome]) -> dict[str, int] | None:
    """Rows of all sheets by what became of them."""
    counts: Counter[str] = Counter()
    for outcome in clinical:
        counts.update(outcome.counts)
    return dict(counts) if clinical else None


def _remarks(clinical: Sequence[ClinicalOutcome]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for outcome in clinical:
        counts.update({code.value: n for code, n in outcome.sheet.remarks.items()})
    return dict(sorted(counts.items()))


def _responses(assessments: Sequence[Assessment]) -> dict[str, dict[str, int]]:
    last: dict[tuple[str, str], ResponseRow] = {}
    for assessment in assessments:
        row = assessment.overall()[-1]
        counts = row.accepted if row.accepted is not None else not row.reader
        if counts and (row.accepted or (row.ruleset, row.patient_id) not in last):
            last[row.ruleset, row.patient_id] = row
    found: dict[str, Counter[Category]] = {}
    for (ruleset, _), row in last.items():
        found.setdefault(ruleset, Counter())[row.category] += 1
    return {
        ruleset: {str(category): counts[category] for category in CATEGORIES if category in counts}
        for ruleset, counts in found.items()
    }


def _segmented(manifest: Manifest, results: Sequence[PatientResult]) -> dict[str, int]:
    """Visits without masks by what became of them; nothing where each has one."""
    without, of_brain = counted(manifest.series, manifest.masks)
    made = [s.mask.made_by for r in results for s in r.segmentations if s.mask.made_by is not None]
    counts = Counter(f"{by.network} {by.version}" for by in made)
    counts["not segmented"] = of_brain - len(made)
    counts["of unknown sequence"] = unknown = unknown_visits(manifest.series, manifest.masks)
    counts["no MR of the brain"] = without - of_brain - unknown
    return {what: n for what, n in counts.items() if n > 0}


def _told(done: Deidentified) -> LeftClean:
    return LeftClean(
        done.files,
        done.written,
        done.duplicates,
        done.opened,
        by_code(done.quarantined),
        by_code(done.notices),
        dict(sorted(done.emptied.items())),
        tuple(done.columns_left_out),
        dict(done.cells_left_out),
    )


def _notices(manifest: Manifest, results: Sequence[PatientResult]) -> list[Notice]:
    found = list(manifest.notices)
    found += [n for series in manifest.series for n in series.notices]
    measured = {s.mask.key: s for r in results for s in r.segmentations}
    for mask in manifest.masks:
        found += measured[mask.key].notices if mask.key in measured else mask.notices
    found += [n for s in measured.values() if s.mask.made_by is not None for n in s.notices]
    found += [n for r in results for reg in r.registrations for n in reg.registration.notices]
    return found
