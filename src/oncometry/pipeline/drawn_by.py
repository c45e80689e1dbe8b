"""Whether a mask that came in is what a network drew, as `oncometry segment` wrote it: nobody looked since."""

from __future__ import annotations

import json

from oncometry.io.manifest import MaskRecord

__all__ = ["drawing_network"]

LARGEST_SIDECAR = 1 << 20
NIFTI = ".nii.gz"


def drawing_network(mask: MaskRecord) -> str | None:
    """The network that drew the mask, by the sidecar beside it; None where there is none, or the mask was changed since."""
    sidecar = mask.path.with_name(mask.path.name.removesuffix(NIFTI) + ".json")
    if not sidecar.is_file() or sidecar.stat().st_size > LARGEST_SIDECAR:
        return None
    try:
        told = json.loads(sidecar.read_bytes())
    except ValueError:
        return None
    network, files = (told.get(name) if isinstance(told, dict) else None for name in ("Network", "Files"))
    if not isinstance(network, dict) or not isinstance(files, dict):
        return None
    return str(network.get("Name", "unnamed")) if files.get(mask.path.name) == mask.sha256 else None
