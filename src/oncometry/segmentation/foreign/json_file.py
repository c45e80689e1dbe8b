"""A JSON file of a network of another make, as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from oncometry.core import Code, CorruptInputError

__all__ = ["json_object"]


def json_object(path: Path) -> dict[str, Any]:
    """What a JSON file holds; nothing of it is evaluated.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CorruptInputError(Code.CORRUPT, f"it is no JSON: {error}.", path=path) from error
    if not isinstance(content, dict):
        raise CorruptInputError(Code.CORRUPT, "it is no JSON object.", path=path)
    return content
