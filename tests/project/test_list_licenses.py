"""The list of licenses has every package with its text, and is not written where one is refused."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import Distribution, version
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def listing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2] / "tools")
    monkeypatch.delitem(sys.modules, "list_licenses", raising=False)
    return import_module("list_licenses")


def test_each_package_has_version_license_and_text(listing: ModuleType, tmp_path: Path) -> None:
    assert listing.main(tmp_path / "list.txt") == 0
    content = (tmp_path / "list.txt").read_text(encoding="utf-8")
    head, texts = content.split(listing.RULE, 1)
    rows = {line.split()[0]: line.split()[1:4] for line in head.splitlines()[2:] if line}
    assert rows["pydicom"] == [version("pydicom"), "required", "MIT"]
    assert rows["nilearn"][1] == "extra"
    assert set(listing.required("oncometry")) <= set(rows)
    assert "numpy " + version("numpy") in texts
    assert "Redistribution and use in source and binary forms" in texts


def test_nothing_is_written_where_a_required_package_is_refused(
    listing: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def license_of(dist: Distribution) -> str:
        return "GPL-3.0-only" if dist.name == "nibabel" else "MIT"

    monkeypatch.setattr(listing, "license_of", license_of)
    assert listing.main(tmp_path / "list.txt") == 1
    assert not (tmp_path / "list.txt").exists()
    assert "nibabel is under GPL-3.0-only" in capsys.readouterr().err
