"""The radiotherapy objects of a folder: doses, structure sets and plans, and which belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Code, Geometry, GeometryError, NothingFoundError
from oncometry.io.dicom_header import DicomRole, read_header, role_of, text_of
from oncometry.io.manifest import FileKind
from oncometry.io.plan import Plan, read_plan
from oncometry.io.rtstruct import Roi, StructureSet, read_structures
from oncometry.io.sniff import sniff_file
from oncometry.io.structure_grid import own_grid
from oncometry.io.walk import walk

__all__ = ["DoseFolder", "drawn_grid", "find_dose_objects"]


@dataclass(frozen=True, eq=False)
class DoseFolder:
    """What a folder has.

    Attributes:
        doses: files with a dose.
        structures: structure sets, with their files and SOP Instance UIDs.
        plans: all plans.
    """

    doses: tuple[Path, ...]
    structures: tuple[tuple[Path, str, StructureSet], ...]
    plans: tuple[Plan, ...]

    def plan_of(self, uid: str | None) -> Plan | None:
        """The plan with this SOP Instance UID."""
        return next((plan for plan in self.plans if plan.key == uid), None) if uid else None

    def structures_of(self, uid: str | None, frame_of_reference_uid: str | None) -> StructureSet | None:
        """The structure set that a dose or its plan names, else the only one in its frame of reference.

        Raises:
            GeometryError: `GEOMETRY_MISMATCH`, several could be meant, and nothing tells which.
        """
        named = [one for _, key, one in self.structures if uid and key == uid]
        if named:
            return named[0]
        fitting = [
            (path, one)
            for path, _, one in self.structures
            if None in (frame_of_reference_uid, one.frame_of_reference_uid)
            or one.frame_of_reference_uid == frame_of_reference_uid
        ]
        if len(fitting) > 1:
            names = ", ".join(path.name for path, _ in fitting[:4])
            raise GeometryError(
                Code.GEOMETRY_MISMATCH,
                f"{len(fitting)} structure sets ({names}) are in the dose's frame of reference, and it names none of them.",
                advice="Leave the one that it was planned on in the folder.",
            )
        return fitting[0][1] if fitting else None


def find_dose_objects(folder: Path) -> DoseFolder:
    """Read the structure sets and plans of a folder, and find its doses.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, it is no folder, or has no dose or no structure set.
        CorruptInputError: as their readers.
    """
    if not folder.is_dir():
        what = "it is a file, not a folder." if folder.exists() else "there is no such folder."
        advice = "Give the folder with the RTDOSE, RTSTRUCT and RTPLAN files."
        raise NothingFoundError(Code.NOTHING_FOUND, what, path=folder, advice=advice)
    doses: list[Path] = []
    structures: list[tuple[Path, str, StructureSet]] = []
    plans: list[Plan] = []
    for found in walk([folder]):
        if not found.readable or sniff_file(found.path) is not FileKind.DICOM:
            continue
        header = read_header(found.path)
        role = role_of(header)
        if role is DicomRole.DOSE and "Rows" in header:
            doses.append(found.path)
        elif role is DicomRole.RTSTRUCT:
            uid = text_of(header, "SOPInstanceUID")
            structures.append((found.path, uid, read_structures(found.path)))
        elif role is DicomRole.PLAN:
            plans.append(read_plan(found.path))
    lacking = [name for name, some in (("RTDOSE", doses), ("RTSTRUCT", structures)) if not some]
    if lacking:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"there is no {' and no '.join(lacking)} in it.",
            path=folder,
            advice="Give the folder with the dose, the structures it was planned on, and the plan.",
        )
    return DoseFolder(tuple(sorted(doses)), tuple(structures), tuple(plans))


def drawn_grid(roi: Roi, others: Sequence[Roi], frame_of_reference_uid: str | None) -> Geometry:
    """Slices on which a region was drawn: those that all regions tell, or where they are not parallel its own.

    Raises:
        GeometryError: as `own_grid`.
    """
    everything = [contour for one in others for contour in one.contours]
    try:
        return own_grid(everything, frame_of_reference_uid)
    except GeometryError:
        return own_grid(roi.contours, frame_of_reference_uid)
