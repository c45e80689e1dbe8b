"""JSON files that lie beside images and say something of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

__all__ = ["read_json_file"]

MOST_BYTES = 1 << 22


def read_json_file(path: Path) -> Mapping[str, object]:
    """The content; empty where there is none, or none that can be read: no file, too large, no object, no UTF-8."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(content, ensure_ascii=False).encode()  # escapes may write halves of characters
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
