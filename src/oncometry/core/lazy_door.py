"""Packages whose public names are imported when they are first asked for (PEP 562).

A command that reads one mask does not pay for DICOM writers, SQL and data frames.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["open_lazily"]


def open_lazily(package: str, doors: Mapping[str, str]) -> None:
    """Make the names of a package load on demand; called at the end of its `__init__`.

    Python binds a file that is imported to its package under the file's name. Where a public name is
    that of a file (`export` of `store/export.py`), the public one wins, as it would if it were imported
    at once.

    Args:
        package: `__name__`.
        doors: public name -> module that defines it.
    """

    class Door(ModuleType):
        def __getattr__(self, name: str) -> Any:
            if name not in doors:
                raise AttributeError(f"module {package!r} has no attribute {name!r}")
            found = getattr(import_module(doors[name]), name)
            self.__dict__[name] = found
            return found

        def __setattr__(self, name: str, value: object) -> None:
            if name not in doors or not isinstance(value, ModuleType):
                super().__setattr__(name, value)

        def __dir__(self) -> list[str]:
            return sorted({*super().__dir__(), *doors})

    sys.modules[package].__class__ = Door
