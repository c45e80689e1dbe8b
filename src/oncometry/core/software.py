"""What the numbers are made with: our code, the libraries, the system."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from oncometry import __version__

__all__ = ["LEARNS", "LIBRARIES", "ROOMS", "code_version", "installed", "learning_version", "software"]

LIBRARIES = (
    "numpy", "scipy", "SimpleITK", "pydicom", "highdicom", "nibabel", "python-gdcm", "pyclipper", "PyWavelets", "onnxruntime",
    "openvino", "torch", "monai",
)  # fmt: skip
"""Those that a number may depend on."""

ROOMS = (
    "core",
    "io",
    "preprocessing",
    "measurement",
    "features",
    "segmentation",
    "dose",
    "response",
    "pipeline",
)
"""Ours that a number may depend on, beside the native core."""

LEARNS = ("scikit-learn",)
"""Those that a learned number may depend on besides."""

SHOWN = 12


def installed(name: str) -> str | None:
    """Version of an installed distribution; None where it is not."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def software() -> Mapping[str, str]:
    """Name -> version of Python, the system and the libraries."""
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    return found | {name: there for name in LIBRARIES if (there := installed(name)) is not None}


@lru_cache(maxsize=1)
def code_version() -> str:
    """Our version, and behind '+' the hash of what computes: our code, the native core, the libraries.

    Part of every step's key: another build or another library means that steps are done again.
    """
    return _version(software(), ROOMS)


@lru_cache(maxsize=1)
def learning_version() -> str:
    """The same of what learns: part of the identity of an experiment, but of no step that reads or measures images."""
    learns = {name: there for name in LEARNS if (there := installed(name)) is not None}
    return _version({**software(), **learns}, (*ROOMS, "prediction"))


def _version(libraries: Mapping[str, str], rooms: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name, there in sorted(libraries.items()):
        digest.update(f"{name} {there}\n".encode())
    for path in _code(rooms):
        digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:SHOWN]}"


def _code(rooms: tuple[str, ...]) -> list[Path]:
    package = Path(__file__).parents[1]
    native = find_spec("oncometry._native")
    built = [Path(native.origin)] if native is not None and native.origin else []
    return [*sorted(path for room in rooms for path in (package / room).rglob("*.py")), *built]
