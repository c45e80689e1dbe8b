"""The cohort on disk is a BIDS derivative."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

VALIDATOR = shutil.which("bids-validator-deno", path=Path(sys.executable).parent) or shutil.which(
    "bids-validator-deno"
)


def test_every_volume_says_what_it_is(undisturbed: Path) -> None:
    volumes = sorted(undisturbed.glob("sub-*/**/*.nii.gz"))
    assert volumes
    for volume in volumes:
        told = json.loads(volume.with_name(volume.name.replace(".nii.gz", ".json")).read_text())
        assert ("SpatialReference" in told) == ("_space-" in volume.name)
        assert ("SkullStripped" in told) == (not volume.name.endswith("_dseg.nii.gz"))
        for uri in (*told.get("Sources", ()), *filter(None, [told.get("SpatialReference")])):
            assert uri.startswith("bids::")
            assert (undisturbed / uri.removeprefix("bids::")).is_file()


def test_a_preprocessed_volume_tells_no_invented_quality(undisturbed: Path) -> None:
    """Where nothing was registered nothing is said; else the lowest quality that was measured."""
    for sidecar in undisturbed.glob("sub-*/**/*_desc-preproc_*.json"):
        told = json.loads(sidecar.read_text())
        moved = [step["Parameters"] for step in told["Steps"] if step["Name"] == "register"]
        own = told["SpatialReference"] == told["Sources"][0]
        assert len(moved) == (0 if own else 1)
        assert all(0 < step["quality"] < 1 for step in moved)


@pytest.mark.skipif(VALIDATOR is None, reason="the BIDS validator (bids-validator-deno) is not installed")
def test_the_validator_finds_no_error(undisturbed: Path) -> None:
    done = subprocess.run([str(VALIDATOR), str(undisturbed), "--json"], capture_output=True, text=True)
    issues = json.loads(done.stdout)["issues"]["issues"]
    assert [issue for issue in issues if issue["severity"] == "error"] == []
