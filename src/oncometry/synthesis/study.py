"""One visit of a made patient: four images, what an annotator would draw on T1c, and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Contrast, Geometry, Image, Modality, Segment, Segmentation, scheme_named
from oncometry.io.dicom_tags import derived_uid
from oncometry.synthesis.acquisition import ScanGrid, scan, scan_geometry
from oncometry.synthesis.anatomy import Anatomy, Field
from oncometry.synthesis.course import PatientCourse
from oncometry.synthesis.drawing import draw_lesion, label_map
from oncometry.synthesis.lesion import LesionState
from oncometry.synthesis.model import tumor_signal
from oncometry.synthesis.pose import draw_motion, draw_pose
from oncometry.synthesis.signal import PROTOCOL
from oncometry.synthesis.signal import Sequence as Pulse
from oncometry.synthesis.truth import TruthRow, lesion_truth

__all__ = ["Head", "Study", "image_study"]

SCHEME = "brats-2023"
MADE = "oncometry demo"
FULL_MM, CLINICAL_MM = 1, 5


@dataclass(frozen=True, eq=False)
class Head:
    """A patient's own anatomy and healthy signal, the same at every visit."""

    anatomy: Anatomy
    texture: Field
    healthy: tuple[Field, ...]


@dataclass(frozen=True, eq=False)
class Study:
    """One visit.

    Attributes:
        first_day, day: dates of the patient's first visit and of this one.
        images: with the pulse sequence of each, in the order of the protocol.
        segmentation: on the grid of T1c.
        truth: rows of this visit, events not yet told.
    """

    patient_id: str
    first_day: date
    day: date
    uid: str
    images: tuple[tuple[Pulse, Image], ...]
    segmentation: Segmentation
    truth: tuple[TruthRow, ...]


def image_study(
    head: Head, states: Sequence[LesionState], plan: PatientCourse, visit: int, grid: ScanGrid, seed: int
) -> Study:
    """Scan the head at visit number `visit` (1, 2 ...)."""
    rng = np.random.default_rng([seed, int(plan.patient_id.rpartition("-")[2]), 10 + visit])
    identity = (MADE, seed, plan.patient_id, plan.visits[visit - 1])
    center = head.anatomy.center_lps_mm
    lying = draw_pose(rng).matrix(center)
    middle = lying[:3, :3] @ np.array(center) + lying[:3, 3]
    geometry = scan_geometry(grid, middle, derived_uid(*identity, "frame"))
    images, drawn_pose = [], lying
    for pulse, healthy in zip(PROTOCOL, head.healthy, strict=True):
        pose = draw_motion(rng).matrix((float(middle[0]), float(middle[1]), float(middle[2]))) @ lying
        drawn_pose = pose if pulse.contrast is Contrast.T1C else drawn_pose
        model = tumor_signal(healthy, head.anatomy, states, pulse, head.texture)
        voxels = scan(model, head.anatomy.geometry, geometry, pose, rng)
        key = derived_uid(*identity, pulse.contrast)
        images.append((pulse, Image(voxels, geometry, Modality.MR, pulse.contrast, key=key)))
    drawn = [draw_lesion(state, geometry, drawn_pose) for state in states]
    truth = [row for d in drawn for row in lesion_truth(d, geometry, plan, visit)]
    segmentation = _segmentation(label_map(drawn, geometry), geometry, plan.patient_id, seed)
    return Study(
        plan.patient_id,
        plan.visits[0],
        plan.visits[visit - 1],
        derived_uid(*identity, "study"),
        tuple(images),
        segmentation,
        tuple(truth),
    )


def _segmentation(labels: NDArray[np.uint8], geometry: Geometry, patient_id: str, seed: int) -> Segmentation:
    """The parts that are there, each with a tracking identity that stays over the visits."""
    segments = tuple(
        Segment.from_mask(
            number,
            name,
            compartment,
            labels == number,
            tracking_uid=derived_uid(MADE, seed, patient_id, name),
            tracking_id=f"{patient_id} {name}",
        )
        for number, (name, compartment) in scheme_named(SCHEME).labels.items()
        if (labels == number).any()
    )
    return Segmentation(geometry, segments, SCHEME, "stated")
