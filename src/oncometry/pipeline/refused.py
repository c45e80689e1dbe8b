"""Files of an input that were left out for what is wrong with them."""

from __future__ import annotations

from oncometry.io.manifest import FileRecord, FileStatus, Manifest
from oncometry.pipeline.set_aside import SET_ASIDE

__all__ = ["refused"]


def refused(manifest: Manifest) -> tuple[FileRecord, ...]:
    """Files quarantined for what is wrong with them."""
    left_out = (f for f in manifest.files if f.status is FileStatus.QUARANTINED)
    return tuple(f for f in left_out if f.code not in SET_ASIDE)
