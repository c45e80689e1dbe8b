"""Every row of the table of bad input, alone and beside a good patient."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncometry.cli.manifest_output import exit_for_manifest
from oncometry.core import Code
from oncometry.io import FileStatus, Manifest, curate
from oncometry.pipeline import refused

from .good_patient import PATIENT, write_good_patient
from .row import BadInput, Outcome
from .rows import ROWS

VARIANTS = [
    pytest.param(v, id=f"{row.what[:40]}-{v.name}") for row in ROWS for v in row.variants if not v.later
]
LEFT_OUT = (Outcome.REFUSED, Outcome.ASIDE)
EXITS = {Outcome.REFUSED: 4, Outcome.ASIDE: 3}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_good_patient(tmp_path_factory.mktemp("good"))


def _curated(bad: BadInput, folders: list[Path], workspace: Path) -> Manifest:
    return curate(folders, bad.settings, workspace=workspace)


def _accounted(manifest: Manifest) -> None:
    counts = manifest.counts
    assert len(manifest.files) == sum(counts.values())
    for record in manifest.files:
        assert (record.status is FileStatus.QUARANTINED) == (record.code is not None)
        assert record.code is not Code.INTERNAL
        assert record.status is not FileStatus.QUARANTINED or record.detail.strip()


def _said(manifest: Manifest) -> dict[str, str]:
    """Code -> all that is said under it."""
    found: dict[str, str] = {}
    notices = [n for r in (*manifest.series, *manifest.masks) for n in r.notices]
    for code, text in (
        *((str(f.code), f"{f.shown}: {f.detail}") for f in manifest.files if f.code),
        *((str(n.code), str(n)) for n in (*manifest.notices, *notices)),
    ):
        found[code] = f"{found.get(code, '')}\n{text}"
    return found


@pytest.mark.parametrize("bad", VARIANTS)
def test_alone(bad: BadInput, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    bad.make(folder)

    manifest = _curated(bad, [folder], tmp_path / "workspace")

    _accounted(manifest)
    said = _said(manifest)
    if bad.code is None:
        assert not said
        assert manifest.series or manifest.masks
        return
    assert bad.code in said, (said, manifest.counts)
    for part in bad.told:
        assert part in said[bad.code]
    if bad.outcome in LEFT_OUT:
        assert not (*manifest.series, *manifest.masks)
        assert exit_for_manifest(manifest) == EXITS[bad.outcome]
    else:
        assert manifest.series or manifest.masks
        assert not refused(manifest)


@pytest.mark.parametrize("bad", VARIANTS)
def test_beside_a_good_patient(bad: BadInput, good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    bad.make(folder)

    manifest = _curated(bad, [good, folder], tmp_path / "workspace")

    _accounted(manifest)
    series, masks = manifest.of_patient(PATIENT)
    alone = curate([good], bad.settings, workspace=tmp_path / "other")
    assert [(s.key, s.geometry.describe()) for s in series] == [
        (s.key, s.geometry.describe()) for s in alone.series
    ]
    assert [(m.key, m.series_key, m.linked_by, m.scheme) for m in masks] == [
        (m.key, m.series_key, m.linked_by, m.scheme) for m in alone.masks
    ]
    assert exit_for_manifest(manifest) == (8 if bad.outcome is Outcome.REFUSED else 0)
