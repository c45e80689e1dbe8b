"""Files of neural networks among the input: told by their content, and never opened.

Loading a pickle runs what is in it, `weights_only` or not (CVE-2025-32434, CVE-2026-24747).
"""

from __future__ import annotations

import io
import json
import pickletools
import re
import stat
import zipfile
from mmap import mmap
from pathlib import Path

from oncometry.core import Code

__all__ = ["is_network", "network_fault"]

TORCH_MEMBER = "/data.pkl"
PICKLE_PROTOCOLS = range(2, 6)
OLD_PICKLE = (b"(", b"c", b"]", b"}")
"""How pickles of protocols 0 and 1 begin, which have no magic: a mark, a name, an empty list or dictionary."""
PICKLE_HEAD = 1 << 16
GLOBAL_NAME = re.compile(r"[\w.]+ [\w.]+")
"""Module and name."""
MAX_HEADER, MAX_CARD = 1 << 26, 1 << 20


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
        return _is_torch(data)
    if data[:1] == b"\x80":
        return len(data) > 2 and data[1] in PICKLE_PROTOCOLS and _is_pickle(data)
    return data[:1] in OLD_PICKLE and data[-1:] == b"." and _is_pickle(data)


def _is_torch(data: bytes | mmap) -> bool:
    """Whether a zip has one folder for all, with the pickle that `torch.save` puts there."""
    try:
        with zipfile.ZipFile(data if isinstance(data, mmap) else io.BytesIO(data)) as bundle:  # type: ignore[arg-type]
            names = bundle.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    tops = {name.split("/")[0] for name in names}
    return len(tops) == 1 and f"{tops.pop()}{TORCH_MEMBER}" in names


def _is_pickle(data: bytes | mmap) -> bool:
    """Whether it begins with operations of a pickle, told and not carried out, to the last or as far as is looked.

    A file may go on behind its pickle, as those of `torch.save` before version 1.6 do.
    """
    head = data[:PICKLE_HEAD]
    stream = io.BytesIO(head)
    try:
        for operation, argument, _ in pickletools.genops(stream):
            if operation.name in ("GLOBAL", "INST") and not GLOBAL_NAME.fullmatch(str(argument)):
                return False  # a line of text
    except (ValueError, IndexError, OverflowError):
        return stream.tell() == len(head)
    return True


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
        status = card.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_CARD:
            return None
        content = json.loads(card.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    named = content.get("sha256") if isinstance(content, dict) else None
    return named.lower() if isinstance(named, str) else None
