"""What a step made is the same after it was written and read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code, Compartment, Geometry, LesionStatus, Unit
from oncometry.measurement.result import (
    Diameter,
    Histogram,
    IntensityStatistics,
    Lesion,
    LesionMeasurement,
    Match,
    Measured,
    Relation,
    SmallPart,
    Tracked,
)
from oncometry.pipeline.codec import from_json, to_json
from oncometry.preprocessing.result import AppliedStep, Registration
from oncometry.store.provenance import Artifact, StepInput, StepRecord

pytestmark = pytest.mark.storeless

numbers = st.floats(allow_nan=False, allow_infinity=False, width=64)
points = st.tuples(numbers, numbers, numbers)


def through(kind, value):
    return from_json(kind, json.loads(json.dumps(to_json(value), allow_nan=False)))


def alike(a, b):
    """Equal, arrays included: by what they write."""
    return to_json(a) == to_json(b) and type(a) is type(b)


@st.composite
def measurements(draw):
    diameter = st.builds(Diameter, points, points, numbers, st.booleans())
    outline = draw(st.lists(points, min_size=3, max_size=5))
    return LesionMeasurement(
        label="1+3",
        compartment=draw(st.sampled_from(Compartment)),
        lesion=draw(st.integers(1, 99)),
        voxels=draw(st.integers(1, 10**9)),
        volume_ml=draw(numbers),
        surface_mm2=draw(st.none() | numbers),
        longest=draw(st.none() | diameter),
        perpendicular=draw(st.none() | diameter),
        diameter_3d=draw(st.none() | diameter),
        centroid_lps_mm=draw(points),
        box_lps_mm=(draw(points), draw(points)),
        slice=draw(st.none() | st.integers(0, 999)),
        source="voxels",
        outline_lps_mm=(np.asarray(outline),),
        flags=tuple(draw(st.lists(st.sampled_from(Code), max_size=3))),
    )


@given(measurements())
def test_measured_survives(measurement):
    measured = Measured((Lesion(1, (measurement,), "1.2", None),), (SmallPart(3, 0.001, (0.0, 1.0, 2.0)),))
    back = through(Measured, measured)
    assert alike(back, measured)
    assert isinstance(back.lesions[0].measurements[0].outline_lps_mm[0], np.ndarray)
    assert back.lesions[0].measurements[0].compartment is measurement.compartment


def test_statistics_keep_their_nulls_and_reasons():
    statistics = IntensityStatistics(
        1,
        Compartment.WHOLE,
        "1.2.3",
        Unit.HU,
        {"mean": 1.5, "skewness": None},
        {"skewness": Code.CONSTANT},
        Histogram((0.0, 1.0, 2.0), (3, 4)),
    )
    back = through(IntensityStatistics, statistics)
    assert alike(back, statistics)
    assert back.reasons["skewness"] is Code.CONSTANT


def test_tracked_keeps_keys_that_are_not_text():
    tracked = Tracked(
        "L1",
        "2.25.1",
        {1: (LesionStatus.MEASURED, ""), 2: (LesionStatus.ABSENT, "vanished")},
        {(1, "mask-a"): 1, (2, "mask-b"): 3},
        ((1, 2, Match(1, 3, Relation.SAME, "overlap", 0.5)),),
    )
    back = through(tuple[Tracked, ...], (tracked,))
    assert alike(back, (tracked,))
    assert back[0].members[(2, "mask-b")] == 3
    assert back[0].states[2][0] is LesionStatus.ABSENT


def test_registration_record_and_geometry_survive():
    registration = Registration("a", "b", np.diag([1.0, 2.0, 3.0, 1.0]), 0.5, 0.25, "rigid")
    assert alike(through(Registration, registration), registration)
    step = AppliedStep("n4", {"shrink": 4, "on": True, "sizes": [1.0, 2.0], "none": None}, "SimpleITK")
    assert alike(through(AppliedStep, step), step)
    record = StepRecord(
        "k",
        "measure",
        "p1",
        "0.1.0",
        "{}",
        "h",
        (StepInput("file", "abc", "mask"),),
        (Artifact("a/b.nii.gz", "def", 9, "mask"),),
        datetime.now(UTC),
        1.25,
    )
    assert through(StepRecord, record) == record
    geometry = Geometry.from_parts((3, 4, 5), (1, 1, 5), (7, 8, 9), None, "1.2.840")
    assert through(Geometry, geometry).matches(geometry)
    assert through(Geometry, geometry).frame_of_reference_uid == "1.2.840"
