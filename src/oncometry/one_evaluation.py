"""Predicted masks held against true ones, without a cohort: the rows of `oncometry evaluate`.

Puts two rooms together: agreement is evaluation's, diameters are measurement's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from oncometry.convert import SegmentationSource, as_segmentation
from oncometry.core import Code, Compartment, Notice, OncometryError, Segment, Segmentation
from oncometry.core.schemes import LabelScheme
from oncometry.core.segmentation import Mask
from oncometry.evaluation import (
    EvaluationSettings,
    RegionPair,
    RegionScores,
    evaluate_pair,
    one_scheme,
    paired_regions,
    restated,
)
from oncometry.io.first_look import check_first
from oncometry.io.mask_pairs import MaskPair
from oncometry.measurement import MeasurementSettings, measure
from oncometry.pipeline import Settings

__all__ = ["CaseFailed", "CaseScores", "EvaluationJob", "evaluate_each", "evaluate_masks"]


@dataclass(frozen=True)
class EvaluationJob:
    """How masks are read, compared and measured; `truth_scheme` where the truth has another than `--scheme`."""

    settings: Settings
    evaluation: EvaluationSettings
    truth_scheme: str | None = None


@dataclass(frozen=True)
class CaseScores:
    """The regions of one case, and what was accepted but is worth saying."""

    case: str
    regions: tuple[RegionScores, ...]
    schemes: tuple[str, str]
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class CaseFailed:
    """A case that could not be compared, and why."""

    case: str
    error: OncometryError


def evaluate_masks(
    predicted: SegmentationSource,
    truth: SegmentationSource,
    evaluation: EvaluationSettings | None = None,
    *,
    scheme: str | None = None,
    truth_scheme: str | None = None,
) -> tuple[RegionScores, ...]:
    """Hold one mask against another: WT, TC and ET, or each label.

    Args:
        predicted, truth: paths, SimpleITK or nibabel images, or `Segmentation`s, on one grid.
        evaluation: convention, tolerance, rules of lesions; defaults if None.
        scheme: label scheme of both; of the prediction alone where `truth_scheme` is given.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH`.
        SettingsError, CorruptInputError, LabelError, UnsupportedError: as `as_segmentation`.
    """
    job = EvaluationJob(Settings(), evaluation or EvaluationSettings(), truth_scheme or scheme)
    ours = as_segmentation(predicted, scheme=scheme)
    theirs = as_segmentation(truth, scheme=job.truth_scheme)
    return _scores(*_alike(ours, theirs, _together([ours, theirs])), job)


def evaluate_each(pairs: Sequence[MaskPair], job: EvaluationJob) -> Iterator[CaseScores | CaseFailed]:
    """Each case in turn. Label maps whose scheme nobody states are all taken in one, that fits all their labels."""
    guessed, notices = _settled(pairs, job)
    for pair in pairs:
        try:
            yield replace(_case(pair, job, guessed), notices=notices)
        except OncometryError as error:
            yield CaseFailed(pair.case, error)


def _case(pair: MaskPair, job: EvaluationJob, guessed: LabelScheme | None) -> CaseScores:
    ours, theirs = _alike(*_read(pair, job), guessed)
    return CaseScores(pair.case, _scores(ours, theirs, job), (ours.scheme, theirs.scheme))


def _read(pair: MaskPair, job: EvaluationJob) -> tuple[Segmentation, Segmentation]:
    curate = job.settings.curate
    check_first(pair.predicted, pair.truth, settings=curate)
    truth = partial(
        as_segmentation, pair.truth, scheme=job.truth_scheme or curate.scheme, form=curate.geometry
    )
    predicted = partial(as_segmentation, pair.predicted, scheme=curate.scheme, form=curate.geometry)
    theirs = truth()
    if _is_regridded(theirs) and not _is_regridded(ours := predicted()):
        return ours, truth(image_geometry=ours.geometry)
    return predicted(image_geometry=theirs.geometry), theirs


def _is_regridded(contours: Segmentation) -> bool:
    """Whether they lie on a grid of their own, for want of an image's."""
    return any(notice.code is Code.REGRIDDED for notice in contours.notices)


def _settled(pairs: Sequence[MaskPair], job: EvaluationJob) -> tuple[LabelScheme | None, tuple[Notice, ...]]:
    """One guess for all label maps without a stated scheme; files that cannot be read are told in their turn."""
    if job.settings.curate.scheme is not None:
        return None, ()
    numbers: set[int] = set()
    for pair in pairs:
        try:
            numbers |= _numbers(_read(pair, job))
        except OncometryError:
            continue
    if not numbers:
        return None, ()
    scheme = one_scheme(numbers)
    taken = f"scheme {scheme.name} ({scheme.source})" if scheme else "regions each by itself"
    what = f"labels {sorted(numbers)[:12]} of all masks were taken as {taken}. State it with --scheme."
    return scheme, (Notice(Code.LABELS_GUESSED, what),)


def _together(maps: Sequence[Segmentation]) -> LabelScheme | None:
    numbers = _numbers(maps)
    return one_scheme(numbers) if numbers else None


def _numbers(maps: Sequence[Segmentation]) -> set[int]:
    return {s.number for m in maps if m.scheme_source == "guessed" for s in m}


def _alike(
    ours: Segmentation, theirs: Segmentation, guessed: LabelScheme | None
) -> tuple[Segmentation, Segmentation]:
    """Maps whose scheme was guessed in the one that all are taken in; an empty one in that of the other."""
    maps = [restated(m, guessed) if m.scheme_source == "guessed" else m for m in (ours, theirs)]
    for n, one in enumerate(maps):
        if not one.segments:
            maps[n] = replace(one, scheme=maps[1 - n].scheme)
    return maps[0], maps[1]


def _scores(ours: Segmentation, theirs: Segmentation, job: EvaluationJob) -> tuple[RegionScores, ...]:
    return tuple(_region(pair, job) for pair in paired_regions(ours, theirs))


def _region(pair: RegionPair, job: EvaluationJob) -> RegionScores:
    scores = evaluate_pair(pair, job.evaluation)
    measuring = job.settings.measurement
    sizes = replace(
        scores.sizes,
        diameter_predicted_mm=_diameter_mm(pair, pair.predicted, measuring),
        diameter_truth_mm=_diameter_mm(pair, pair.truth, measuring),
    )
    return replace(scores, sizes=sizes)


def _diameter_mm(pair: RegionPair, mask: Mask, settings: MeasurementSettings) -> float | None:
    """The longest of a region's lesions as `oncometry measure` has it; 0 of none, None of parts too small."""
    if not mask.any():
        return 0.0
    segment = Segment(1, pair.name, Compartment.WHOLE, pair.start, mask)
    measured = measure(Segmentation(pair.geometry, (segment,)), settings)
    lengths = [m.longest.length_mm for lesion in measured.lesions for m in lesion.measurements if m.longest]
    return max(lengths, default=None)
