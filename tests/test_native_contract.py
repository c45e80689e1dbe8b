"""The native core is imported only where arrays are measured or learned from.

import-linter knows Python modules only, so this contract stands here.
"""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "oncometry"
ROOMS = {"evaluation", "features", "measurement", "prediction", "segmentation"}


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_measuring_rooms_import_the_native_core():
    users = {
        path.relative_to(SOURCE).parts[0]
        for path in SOURCE.rglob("*.py")
        if "oncometry._native" in imports(path)
    }
    assert users
    assert users <= ROOMS
