"""What a card says of SynthStrip, so that nobody has to write it."""

from __future__ import annotations

from typing import Any

from oncometry.segmentation.scores import BRAIN

__all__ = ["strip_fields"]

PUBLISHED = {
    "37417f802196186441aae3e7f385d94f8a98c64a88acaeaa2723af995c653e33": "synthstrip.1.pt",
    "62bf01137c45b5f0cc04d59dbaed5b9ac138b3f25b766c062a7c1a0d696ecb28": "synthstrip.nocsf.1.pt",
}
"""SHA-256 of checkpoints, as projects that use them state it."""
PAGE = "https://surfer.nmr.mgh.harvard.edu/docs/synthstrip/"


def strip_fields(sha256: str) -> dict[str, Any]:
    """All fields of the card but its name and the hash of the graph.

    The network takes a head at 1 mm, from 192 to 320 voxels along an axis, and its brain begins 1 mm beyond the border, as
    `mri_synthstrip` has it.

    Args:
        sha256: of the checkpoint; of another than those published, nothing is said of its terms.
    """
    known = PUBLISHED.get(sha256)
    return {
        "version": "1" if known else "not stated",
        "task": "brain",
        "format": "onnx",
        "inputs": ("unknown",),
        "spacing_mm": (1.0, 1.0, 1.0),
        "scheme": None,
        "regions": ({"name": BRAIN, "labels": (1,)},),
        "foreign": {
            "axes": "LIA",
            "intensity": "percentile",
            "multiple": 64,
            "head": {"least": 192, "most": 320},
            "activation": "distance",
            "outputs": (BRAIN,),
            "border_mm": 1.0,
        },
        "data": "images synthesized from label maps of heads" if known else "not stated",
        "license": "MIT or CC-BY-4.0, as its page says" if known else "not stated",
        "source": f"{PAGE} ({known or 'a checkpoint'}, SHA-256 {sha256})",
        "citation": "doi:10.1016/j.neuroimage.2022.119474",
    }
