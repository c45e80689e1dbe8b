"""The index of files: an unchanged file is not read again, a changed one always is."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from oncometry.core import Code
from oncometry.io import index as index_module
from oncometry.io import look as look_module
from oncometry.io import sha256_of
from oncometry.io.index import FileIndex
from oncometry.io.look import Look, LookSettings
from oncometry.io.manifest import FileKind
from oncometry.io.walk import walk


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A mask, a text, an image cut short."""
    folder = tmp_path / "scans"
    folder.mkdir()
    mask = np.zeros((6, 7, 8), np.uint8)
    mask[2:4, 2:4, 2:4] = 1
    nib.save(nib.Nifti1Image(mask, np.eye(4)), folder / "mask.nii.gz")
    (folder / "note.txt").write_text("hello")
    (folder / "cut.nii.gz").write_bytes((folder / "mask.nii.gz").read_bytes()[:-9])
    return folder


@pytest.fixture
def looked(monkeypatch):
    """Names of the files that were really read, as they were."""
    names: list[str] = []
    real = index_module.isolated_each

    def counted(function, every, **how):
        every = list(every)
        names.extend(path.name for path, _ in every)
        return real(function, every, **how)

    monkeypatch.setattr(index_module, "isolated_each", counted)
    monkeypatch.setattr(index_module, "CLOCK_NS", 0)
    return names


def _looks(scans: Path, place: Path, **how) -> dict[str, Look]:
    index = FileIndex(place, LookSettings(), **how)
    return {found.path.name: answer for found, answer in index.looks(walk([scans]))}


def test_a_look_says_size_hash_kind_and_what_is_wrong(scans, tmp_path):
    found = _looks(scans, tmp_path / "files.db")
    for name, seen in found.items():
        assert (seen.size, seen.sha256) == ((scans / name).stat().st_size, sha256_of(scans / name))
    assert {name: (seen.kind, seen.code) for name, seen in found.items()} == {
        "mask.nii.gz": (FileKind.NIFTI, None),
        "note.txt": (FileKind.TEXT, None),
        "cut.nii.gz": (FileKind.NIFTI, Code.TRUNCATED),
    }
    assert found["mask.nii.gz"].content.is_mask


def test_what_is_unchanged_is_not_read_again(scans, tmp_path, looked):
    first = _looks(scans, tmp_path / "files.db")
    assert sorted(looked) == ["cut.nii.gz", "mask.nii.gz", "note.txt"]
    looked.clear()
    assert _looks(scans, tmp_path / "files.db") == first
    assert looked == []
    assert _looks(scans, tmp_path / "files.db", fresh=True) == first
    assert len(looked) == 3


def _same_length(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    status = path.stat()
    path.write_bytes(bytes(content))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _replaced(path: Path) -> None:
    status = path.stat()
    other = path.with_suffix(".other")
    other.write_text("hullo")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [_same_length, _replaced], ids=["in place, time put back", "by another"])
def test_a_change_is_seen_whatever_its_size_and_time(scans, tmp_path, looked, change):
    _looks(scans, tmp_path / "files.db")
    looked.clear()
    time.sleep(0.02)
    change(scans / "note.txt")
    found = _looks(scans, tmp_path / "files.db")
    assert looked == ["note.txt"]
    assert found["note.txt"].sha256 == sha256_of(scans / "note.txt")


def test_a_file_as_young_as_its_look_is_read_again(scans, tmp_path, looked, monkeypatch):
    monkeypatch.setattr(index_module, "CLOCK_NS", 10**12)
    for _ in range(2):
        _looks(scans, tmp_path / "files.db")
    assert len(looked) == 6


def test_other_settings_or_another_version_know_nothing_of_it(scans, tmp_path, looked, monkeypatch):
    place = tmp_path / "files.db"
    _looks(scans, place)
    list(FileIndex(place, LookSettings(max_file_gib=1)).looks(walk([scans])))
    assert len(looked) == 6
    monkeypatch.setattr(index_module, "code_version", lambda: "other")
    _looks(scans, place)
    assert len(looked) == 9


@pytest.mark.parametrize("damage", ["not a database", "cut", "another table", "nonsense in it"])
def test_a_damaged_index_is_made_again(scans, tmp_path, looked, damage):
    place = tmp_path / "files.db"
    first = _looks(scans, place)
    if damage == "not a database":
        place.write_bytes(b"rubbish" * 1000)
    elif damage == "cut":
        place.write_bytes(place.read_bytes()[:5000])
    else:
        with sqlite3.connect(place) as database:
            database.execute("DROP TABLE look" if damage == "another table" else "UPDATE look SET kind = 'x'")
        database.close()
    looked.clear()
    assert _looks(scans, place) == first
    assert len(looked) == 3
    looked.clear()
    assert _looks(scans, place) == first
    assert looked == []


def test_what_is_said_of_a_network_follows_its_card(tmp_path: Path) -> None:
    """The card is another file, which the index does not know."""
    header = b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    weights = tmp_path / "in" / "net.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    card = weights.with_name("net.json")
    card.write_text(f'{{"sha256": "{sha256_of(weights)}"}}')
    long_ago = time.time() - 3600
    for path in (weights, card):
        os.utime(path, (long_ago, long_ago))

    def code() -> Code | None:
        looks = FileIndex(tmp_path / "files.db", LookSettings()).looks(walk([weights]))
        ((_, seen),) = looks
        return seen.code

    assert code() is Code.NOT_AN_IMAGE
    card.write_text(f'{{"sha256": "{64 * "0"}"}}')
    assert code() is Code.MODEL_TAMPERED


def test_a_file_written_to_while_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    real = look_module.sniff

    def meddling(path: Path, data: bytes) -> FileKind:
        path.write_text("two and more")
        return real(path, data)

    monkeypatch.setattr(look_module, "sniff", meddling)
    assert look_module.look(path, LookSettings()).code is Code.FILE_CHANGED
