"""The dose in the structures of a folder, without a cohort: the rows of `oncometry dose`.

Apart from `api`, so that it loads neither SQL nor data frames.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from oncometry.core import Code, LabelError, Notice, OncometryError, SettingsError
from oncometry.core.dose import Dose
from oncometry.dose import (
    DoseSettings,
    DoseSummary,
    DvhComparison,
    Fractionation,
    compare_with_file,
    structure_of_contours,
    summarize,
    told_tags,
    without_sets,
)
from oncometry.io.dose_folder import DoseFolder, drawn_grid, find_dose_objects
from oncometry.io.dose_histograms import FileHistogram, read_histograms
from oncometry.io.dose_values import read_dose
from oncometry.io.first_look import check_first
from oncometry.io.rtstruct import Roi, StructureSet
from oncometry.io.settings import CurateSettings

__all__ = ["MeasuredDose", "StructureDose", "measure_dose_folder", "structure_rows"]

NO_SET = {"why": None, "endpoint": None, "checked": None, "doi": None}
"""Of a row that is no NTCP value."""


@dataclass(frozen=True, eq=False)
class StructureDose:
    """One structure: its summary, or why there is none; and the file's own histogram beside it."""

    number: int
    name: str
    summary: DoseSummary | None
    failure: Notice | None = None
    comparison: DvhComparison | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was drawn of it: structure sets name what is not there."""
        return self.failure is not None and self.failure.code is Code.MASK_EMPTY


@dataclass(frozen=True, eq=False)
class MeasuredDose:
    """One dose file with its structures, in the order of the structure set."""

    path: Path
    dose: Dose
    fractionation: Fractionation | None
    structures: tuple[StructureDose, ...]
    notices: tuple[Notice, ...]


def measure_dose_folder(
    folder: Path, settings: DoseSettings | None = None, structures: Collection[str] = ()
) -> tuple[MeasuredDose, ...]:
    """Every dose of a folder in every structure.

    Args:
        structures: names of those to measure, as the structure set spells them but for case; all if empty.

    Raises:
        NothingFoundError: as `find_dose_objects`; also where no structure set is in a dose's frame of reference.
        SettingsError: `LABEL_ABSENT`, a structure is asked for that no set has.
        CorruptInputError, GeometryError, UnsupportedError: as the readers.
    """
    chosen = settings or DoseSettings()
    check_first(folder if folder.is_dir() else None, settings=CurateSettings())
    found = find_dose_objects(folder)
    _check_names(found, structures)
    return tuple(_measured(path, found, chosen, structures) for path in found.doses)


def structure_rows(measured: Sequence[MeasuredDose]) -> Iterator[dict[str, object]]:
    """One row for each metric and each NTCP value of each structure, as `oncometry dose --json` gives them.

    `file_tag_ratio` is by how much all summary tags of the file's own histogram of the structure differ from its curve.
    """
    for one in measured:
        course = one.fractionation
        said = {
            "dose": one.path.name,
            "summation_type": one.dose.summation_type,
            "fractions": None if course is None else course.fractions,
            "fractions_source": None if course is None else course.source,
        }
        for structure in one.structures:
            head = {"structure": structure.name, "number": structure.number}
            compared = structure.comparison
            tail = {**said, "file_tag_ratio": None if compared is None else compared.tag_ratio}
            if structure.failure is not None:
                reason = {"quantity": None, "value": None, "reason": structure.failure.code.value}
                yield {**head, "metric": None, "unit": None, **reason, **tail, **NO_SET}
            elif structure.summary is not None:
                for row in _rows_of(structure.summary):
                    yield {**head, **row, **tail}


def _rows_of(summary: DoseSummary) -> Iterator[dict[str, object]]:
    for quantity in summary.metrics:
        for value in quantity.values:
            yield {
                "metric": value.metric.name,
                "unit": value.metric.unit,
                "quantity": str(quantity.quantity),
                "value": value.value,
                "reason": None if value.reason is None else value.reason.value,
                **NO_SET,
            }
    for ntcp in summary.ntcp:
        yield {
            "metric": f"NTCP {ntcp.set.name}",
            "unit": None,
            "quantity": str(ntcp.quantity),
            "value": ntcp.value,
            "reason": None if ntcp.reason is None else ntcp.reason.value,
            "why": ntcp.why or None,
            "endpoint": ntcp.set.endpoint,
            "checked": ntcp.set.checked,
            "doi": ntcp.set.doi or None,
        }


def _check_names(found: DoseFolder, asked: Collection[str]) -> None:
    there = {roi.name.casefold(): roi.name for _, _, drawn in found.structures for roi in drawn.rois}
    for name in asked:
        if name.casefold() not in there:
            near = get_close_matches(name.casefold(), there, n=3, cutoff=0.5)
            advice = f"Nearest: {', '.join(repr(there[n]) for n in near)}." if near else None
            raise SettingsError(
                Code.LABEL_ABSENT,
                f"no structure is named {name!r}; there are {', '.join(map(repr, there.values())) or 'none'}.",
                advice=advice,
            )


def _measured(
    path: Path, found: DoseFolder, settings: DoseSettings, structures: Collection[str]
) -> MeasuredDose:
    dose = read_dose(path)
    plan = found.plan_of(dose.plan_uid)
    uid = dose.structure_set_uid or (None if plan is None else plan.structure_set_uid)
    drawn = found.structures_of(uid, dose.geometry.frame_of_reference_uid)
    if drawn is None:
        raise LabelError(
            Code.GEOMETRY_MISMATCH,
            f"no structure set is in the dose's frame of reference {dose.geometry.frame_of_reference_uid}.",
            path=path,
            advice="Give the structure set that it was planned on.",
        )
    stated = None if plan is None else plan.fractions
    course = _fractionation(settings, stated)
    notices = [*dose.notices, *_unknown(course, dose, found)]
    wanted = {name.casefold() for name in structures}
    rois = [roi for roi in drawn.rois if not wanted or roi.name.casefold() in wanted]
    own = {h.roi_number: h for h in read_histograms(path)}
    measured = tuple(_structure(dose, roi, drawn, course, settings, own.get(roi.number)) for roi in rois)
    if settings.ntcp:
        notices += without_sets([one.name for one in measured if one.summary is not None])
    notices += told_tags([(one.name, one.comparison) for one in measured if one.comparison is not None])
    return MeasuredDose(path, dose, course, measured, tuple(notices))


def _fractionation(settings: DoseSettings, stated: int | None) -> Fractionation | None:
    if settings.fractions is not None:
        return Fractionation(settings.fractions, "declared")
    return None if stated is None else Fractionation(stated, "plan")


def _unknown(course: Fractionation | None, dose: Dose, found: DoseFolder) -> tuple[Notice, ...]:
    if course is not None:
        return ()
    if found.plans and dose.plan_uid is None:
        why = "it is a sum of plans, or names no plan"
    else:
        why = "the plan that the dose names states no single number" if found.plans else "there is no plan"
    what = f"in how many fractions the dose is given is not known ({why}): there is no EQD2, and NTCP where it is needed."
    return (Notice(Code.FRACTIONS_UNKNOWN, what),)


def _structure(
    dose: Dose,
    roi: Roi,
    drawn: StructureSet,
    course: Fractionation | None,
    settings: DoseSettings,
    own: FileHistogram | None,
) -> StructureDose:
    try:
        rois = [one for one in drawn.rois if one.contours]
        if not roi.contours:
            raise LabelError(Code.MASK_EMPTY, f"{roi.name} has no closed contour.")
        frame = roi.frame_of_reference_uid or drawn.frame_of_reference_uid
        grid = replace(drawn_grid(roi, rois, drawn.frame_of_reference_uid), frame_of_reference_uid=frame)
        stack = structure_of_contours(roi.contours, grid, roi.name, roi.number, exclusive=roi.exclusive)
        summary = summarize(dose, stack, course, settings)
    except OncometryError as error:
        return StructureDose(roi.number, roi.name, None, Notice(error.code, error.told))
    comparison = None if own is None else compare_with_file(summary.dvh, own, roi.name)
    return StructureDose(roi.number, roi.name, summary, None, comparison)
