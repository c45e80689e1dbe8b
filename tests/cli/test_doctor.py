"""`doctor`: what a bug report needs, and nothing of a patient."""

from __future__ import annotations

import json
from importlib.metadata import version

import pytest

from oncometry.cli import doctor_command
from oncometry.pipeline import machine


def test_it_says_what_is_installed_and_how_fast(oncometry):
    ran = oncometry("doctor", "--json")
    found = json.loads(ran.out)
    assert ran.code == 0
    assert found["SimpleITK"] == version("SimpleITK")
    assert found["missing"] == []
    assert found["native core"] == "built"
    assert found["cores"] >= 1
    assert all(found[name] > 0 for name in machine.Speeds._fields)


def test_what_is_missing_is_named_and_exits_1(oncometry, monkeypatch):
    monkeypatch.setattr(doctor_command, "REQUIRED", ("numpy", "no-such-distribution"))
    ran = oncometry("doctor", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["missing"] == ["no-such-distribution"]


def test_a_build_without_the_native_core_is_told_not_crashed(oncometry, monkeypatch):
    monkeypatch.setattr(machine, "find_spec", lambda name: None)
    monkeypatch.setattr(doctor_command, "native_core", lambda: False)
    ran = oncometry("doctor", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["missing"] == ["native core"]
    assert json.loads(ran.out)["native_mvoxels_per_s"] is None


@pytest.mark.parametrize("shortage", ["LEAST_MEMORY_GIB", "LEAST_DISK_GIB", "LEAST_OPEN_FILES"])
def test_a_shortage_is_told(oncometry, monkeypatch, shortage):
    monkeypatch.setattr(doctor_command, shortage, 1e9)
    assert len(json.loads(oncometry("doctor", "--json").out)["short_of"]) == 1


def test_a_containers_memory_counts(monkeypatch, tmp_path):
    (tmp_path / "memory.max").write_text(f"{3 << 30}\n")
    monkeypatch.setattr(machine, "LIMITS", (tmp_path / "memory.max",))
    assert machine.room().memory_gib == 3.0
