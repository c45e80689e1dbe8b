"""What the default demo shows at seed 1: a lesion that splits, one that vanishes, one that appears."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from oncometry.synthesis import DemoSettings
from oncometry.synthesis import patient as patient_module
from oncometry.synthesis import study as study_module
from oncometry.synthesis.patient import make_imaged_patient
from oncometry.synthesis.study_files import WrittenStudy

pytestmark = pytest.mark.skipif(
    find_spec("nilearn") is None, reason="the demo's brain comes with nilearn (extra 'demo')"
)


@pytest.fixture
def unscanned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything of an imaged patient but the voxels of the images, which the truth does not hang on."""

    def flat(_: object, __: object, geometry: object, *___: object) -> np.ndarray:
        return np.zeros(geometry.shape, np.int16, order="F")  # type: ignore[attr-defined]

    monkeypatch.setattr(study_module, "scan", flat)
    monkeypatch.setattr(study_module, "tumor_signal", lambda healthy, *_: healthy)
    monkeypatch.setattr(patient_module, "healthy_signal", lambda anatomy, *_: anatomy.parenchyma)
    monkeypatch.setattr(patient_module, "write_study", lambda *_: WrittenStudy(4, None))


@pytest.mark.parametrize(("number", "events"), [(1, {"split", "vanished"}), (2, {"appeared"})])
def test_lesions_split_vanish_and_appear(
    unscanned: None, tmp_path: Path, number: int, events: set[str]
) -> None:
    made = make_imaged_patient(number, DemoSettings(seed=1), tmp_path)
    whole = [row for row in made.truth if row.compartment == "whole"]
    assert {row.event for row in whole if row.event} == events
    for row in whole:
        before = [r for r in whole if (r.lesion, r.timepoint) == (row.lesion, row.timepoint - 1)]
        if row.event == "split":
            assert [r.part for r in before] == [""]
            assert row.mask_volume_ml > 0.5
        if row.event == "appeared":
            assert row.mask_volume_ml > 0.1
