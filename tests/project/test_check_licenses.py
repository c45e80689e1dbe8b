"""The license check refuses what it should."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "check_licenses.py"


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_licenses", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("LGPL-3.0-or-later", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("MIT OR GPL-2.0-only", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0", False),
        ("GNU General Public License v2 (GPLv2)", False),
        ("GNU Affero General Public License v3", False),
        ("MIT AND GPL-2.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_verdicts(check: ModuleType, text: str, allowed: bool) -> None:
    assert (check.verdict("package", text) is None) is allowed


def test_the_closure_reaches_indirect_requirements_but_no_extras(check: ModuleType) -> None:
    found = check.required("oncometry")
    assert {"highdicom", "mako", "pyjpegls"} <= set(found)
    assert not {"nilearn", "pytest", "pymysql"} & set(found)


def test_all_that_is_required_may_be(check: ModuleType) -> None:
    assert check.main() == 0
