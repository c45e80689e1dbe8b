"""Seconds for maps of features on brain1, beside PyRadiomics' voxel-based extraction, and how far their sums differ.

    python benchmarks/benchmark_maps.py [DATA] [--peers DIR] [--write]

DATA is the folder with `imaging/pyradiomics`, by default ONCOMETRY_DATA. One program after the other, each in a process of
its own by `features_once.py`. `--write` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmark_features import ONCE, python_of
from page import asked_of_data, processor, replace, today

CLASSES = ("firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm")
LEFT_OUT = ("MCC", "JointAverage")
"""PyRadiomics has no value of a window in which some direction pairs no voxels."""
HEAD = (
    "| class | maps | ours, CPU s | PyRadiomics 3.0.1, CPU s | ratio | greatest difference of a map's sum |\n"
    "|---|---|---|---|---|---|"
)


def row(name: str, files: tuple[Path, Path], peer: Path) -> str:
    """Both programs on a class, in the same minute."""
    ours, theirs = (
        _told(python, program, files, name, repeat)
        for python, program, repeat in ((Path(sys.executable), "oncometry", 10), (peer, "pyradiomics", 2))
    )
    sums = {tag: (ours["values"][tag], theirs["values"][tag]) for tag in ours["values"]}
    compared = [pair for tag, pair in sums.items() if tag.split("_")[-1] not in LEFT_OUT]
    worst = max(abs(a - b) / max(abs(b), 1e-9) for a, b in compared)
    seconds = (ours["cpu_s"], theirs["cpu_s"])
    ratio = f"{seconds[1] / seconds[0]:.0f}x"
    return f"| {name} | {len(sums)} | {seconds[0]:.4f} | {seconds[1]:.2f} | {ratio} | {worst:.0e} |"


def _told(python: Path, program: str, files: tuple[Path, Path], name: str, repeat: int) -> dict:
    command = [python, ONCE, program, *files, "--map", name, "--repeat", str(repeat)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", type=Path, default=Path("build/peers"))
    asked = asked_of_data(parser)
    source = asked.data / "imaging" / "pyradiomics"
    peer = python_of("pyradiomics", asked.peers.resolve())
    if peer is None:
        raise SystemExit("PyRadiomics does not install here")
    files = (source / "brain1_image.nrrd", source / "brain1_label.nrrd")
    said = "brain1, 4,137 voxels, windows of 5 x 5 x 5 voxels, bin width 25, one thread. PyRadiomics leaves the maps"
    said += f" {' and '.join(LEFT_OUT)} without values in part, so those are not compared here."
    lines = [f"{today()}, {processor()}.", "", said, "", HEAD, *(row(name, files, peer) for name in CLASSES)]
    content = "\n".join(lines)
    print(content)
    if asked.write:
        replace("maps", content)


if __name__ == "__main__":
    main()
