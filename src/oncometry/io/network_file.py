"""Files of neural networks among the input: told by their content, and never opened.

Loading a pickle runs what is in it, `weights_only` or not (CVE-2025-32434, CVE-2026-24747).
"""

from __future__ import annotations

import json
from mmap import mmap
from pathlib import Path

from oncometry.core import Code

__all__ = ["is_network", "network_fault"]

TORCH_MEMBER = b"/data.pkl"
TAIL = 1 << 16
PICKLE_PROTOCOLS = range(2, 6)
MAX_HEADER = 1 << 26


def is_network(data: bytes | mmap) -> bool:
    """Whether it is a pickle, a torch archive (a zip with a pickle in it) or safetensors."""
    return _runs_code(data) or _is_safetensors(data)


def network_fault(path: Path, data: bytes | mmap, sha256: str) -> tuple[Code, str]:
    """Why a network file is left out of the images; its JSON card beside it is held against its hash."""
    if _runs_code(data):
        return Code.MODEL_UNSAFE, "a pickled network: loading it would run code from it. It was not opened."
    named = _hash_in_card(path.with_suffix(".json"))
    if named not in (None, sha256):
        return Code.MODEL_TAMPERED, f"its card names the SHA-256 {named}, the file has {sha256}."
    return Code.NOT_AN_IMAGE, "weights of a network, no image."


def _runs_code(data: bytes | mmap) -> bool:
    if data[:2] == b"PK":
        return TORCH_MEMBER in data[-TAIL:]
    return (
        data[:1] == b"\x80" and data[1] in PICKLE_PROTOCOLS and data[-1:] == b"." if len(data) > 2 else False
    )


def _is_safetensors(data: bytes | mmap) -> bool:
    length = int.from_bytes(data[:8], "little")
    if not 2 <= length <= min(MAX_HEADER, len(data) - 8) or data[8:9] != b"{":
        return False
    try:
        head = json.loads(data[8 : 8 + length])
    except (ValueError, RecursionError):
        return False
    tensors = [entry for name, entry in head.items() if name != "__metadata__"]
    return all(isinstance(entry, dict) and "data_offsets" in entry for entry in tensors)


def _hash_in_card(card: Path) -> str | None:
    try:
        content = json.loads(card.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    named = content.get("sha256") if isinstance(content, dict) else None
    return named.lower() if isinstance(named, str) else None
