"""One space for a patient: which registrations are composed, and what is left of a poor one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Code, Contrast, Geometry, Image, Modality, Notice, Timepoint, Unit
from oncometry.io.manifest import FileKind, InstanceRef, SeriesRecord
from oncometry.pipeline import align as align_module
from oncometry.pipeline.align import Alignment, align
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import StepCache
from oncometry.preprocessing import PreprocessingSettings, Registration
from oncometry.store.patient_result import Volume
from oncometry.store.provenance import Artifact

pytestmark = pytest.mark.storeless

GRID = Geometry.from_parts((4, 4, 4), (1, 1, 1))


def _series(key: str, contrast: Contrast, visit: int) -> SeriesRecord:
    return SeriesRecord(
        key=key,
        patient_id="P",
        kind=FileKind.DICOM,
        instances=(InstanceRef(Path(key)),),
        geometry=GRID,
        modality=Modality.MR,
        contrast=contrast,
        confidence=1.0,
        evidence="",
        unit=Unit.ARBITRARY,
        timepoint=Timepoint("P", visit, f"{visit:02d}"),
    )


SERIES = [
    _series("t1c.1", Contrast.T1C, 1),
    _series("flair.1", Contrast.FLAIR, 1),
    _series("t1c.2", Contrast.T1C, 2),
    _series("flair.2", Contrast.FLAIR, 2),
]


@dataclass
class Scene:
    """Registrations made to order: a shift along x for each pair, and the moving series that go poorly."""

    folder: Path
    shifts: dict[str, float]
    qualities: dict[str, float]
    poor: set[str] = field(default_factory=set)
    series: list[SeriesRecord] = field(default_factory=lambda: list(SERIES))

    def register(self, fixed: Image, moving: Image, *_: object, enabled: bool) -> Registration:
        assert enabled
        matrix = np.eye(4)
        matrix[0, 3] = self.shifts[moving.key]
        doubt = Notice(Code.REGISTRATION_POOR, "made to order")
        notices = (doubt,) if moving.key in self.poor else ()
        quality = self.qualities[moving.key]
        return Registration(fixed.key, moving.key, matrix, quality, 0.01, "rigid", notices)

    def align(self) -> Alignment:
        file = Artifact("x.nii.gz", "0" * 64, 1, "native image")
        volumes = {s.key: Volume(s.key, "native", file, GRID, (), "0" * 64) for s in self.series}
        ledger = Ledger(StepCache(self.folder), "P")

        def read(key: str) -> Image:
            return Image(np.zeros(GRID.shape), GRID, key=key)

        return align(ledger, self.series, volumes, read, PreprocessingSettings())


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = Scene(
        tmp_path,
        {"flair.1": 1.0, "t1c.2": 10.0, "flair.2": 2.0},
        {"flair.1": 0.3, "t1c.2": 0.5, "flair.2": 0.4},
    )
    monkeypatch.setattr(align_module, "register", made.register)
    return made


def chain(found: Alignment, key: str) -> list[str]:
    return [stored.registration.moving_key for stored in found.chains[key]]


def test_a_series_comes_by_its_date_to_the_first(scene: Scene) -> None:
    found = scene.align()
    assert set(found.frames.values()) == {"t1c.1"}
    assert [chain(found, s.key) for s in SERIES] == [[], ["flair.1"], ["t1c.2"], ["t1c.2", "flair.2"]]
    assert found.matrix_used("flair.2")[0, 3] == 12.0
    np.testing.assert_array_equal(found.matrix_used("t1c.1"), np.eye(4))


def test_a_poor_date_keeps_the_space_of_its_own_reference(scene: Scene) -> None:
    scene.poor = {"t1c.2"}
    found = scene.align()
    assert (found.frames["t1c.2"], found.frames["flair.2"]) == ("t1c.2", "t1c.2")
    assert found.matrix_used("flair.2")[0, 3] == 2.0
    assert chain(found, "flair.2") == ["flair.2"]
    assert not found.trusted["flair.2"]
    assert found.within_date["flair.2"]
    assert found.frames["flair.1"] == "t1c.1"


def test_a_poor_sequence_stays_where_it_is(scene: Scene) -> None:
    scene.poor = {"flair.2"}
    found = scene.align()
    assert (found.frames["flair.2"], chain(found, "flair.2")) == ("flair.2", [])
    np.testing.assert_array_equal(found.matrix_used("flair.2"), np.eye(4))
    assert found.frames["t1c.2"] == "t1c.1"


def test_the_same_voxels_in_two_series_are_two_registrations(scene: Scene) -> None:
    scene.series.append(replace(SERIES[1], key="flair.again"))
    scene.shifts["flair.again"], scene.qualities["flair.again"] = 1.5, 0.2
    found = scene.align()
    rows = {stored.registration.moving_key: stored.step_key for stored in found.registrations}
    assert len(found.registrations) == len(rows) == len(set(rows.values())) == 4
