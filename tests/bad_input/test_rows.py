"""Every row of the table of bad input, alone and beside a good patient."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncometry.cli.manifest_output import exit_for_manifest
from oncometry.core import Code
from oncometry.io import FileStatus, Manifest, curate
from oncometry.pipeline import refused

from .good_patient import PATIENT, write_good_patient
from .row import BadInput, Outcome, Row
from .rows import ROWS

VARIANTS = [pytest.param(v, id=f"{row.what[:40]}-{v.name}") for row in ROWS for v in row.variants]
LEFT_OUT = (Outcome.REFUSED, Outcome.ASIDE)
EXITS = {Outcome.REFUSED: 4, Outcome.ASIDE: 3}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_good_patient(tmp_path_factory.mktemp("good"))


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

    manifest = curate([folder], bad.settings, workspace=tmp_path / "workspace")

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
        assert bool(refused(manifest)) == (bad.outcome is Outcome.SHORTENED)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.what[:50]) for row in ROWS])
def test_beside_a_good_patient(row: Row, good: Path, tmp_path: Path) -> None:
    """All variants of a row at once, each in a folder of its own: the good patient is as without them."""
    settings = row.variants[0].settings
    for number, bad in enumerate(row.variants):
        (tmp_path / "in" / str(number)).mkdir(parents=True)
        bad.make(tmp_path / "in" / str(number))

    manifest = curate([good, tmp_path / "in"], settings, workspace=tmp_path / "workspace")

    _accounted(manifest)
    alone = curate([good], settings, workspace=tmp_path / "other")
    assert _of_good(manifest) == _of_good(alone)
    assert exit_for_manifest(manifest) == (8 if refused(manifest) else 0)
    left_out = [bad for bad in row.variants if bad.outcome is Outcome.REFUSED]
    assert bool(refused(manifest)) or not left_out


def _of_good(manifest: Manifest) -> list[tuple[object, ...]]:
    series, masks = manifest.of_patient(PATIENT)
    return [
        *((s.key, s.geometry.describe(), s.contrast, s.notices) for s in series),
        *((m.key, m.series_key, m.linked_by, m.scheme, m.notices) for m in masks),
    ]
