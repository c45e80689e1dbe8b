"""Links between the dates of the demo cohort, against what is true of it."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

from measurement.follow_ups import Score
from oncometry import Cohort

__all__ = ["demo_links"]

NEAREST_MM = 3.0
Seen = tuple[str, int, str, str]
"""Patient, visit, lesion, part."""


def demo_links(patients: int, seed: int) -> Score:
    """Make a demo cohort, run it whole, and score its links; a lesion that nobody made is a wrong one."""
    with tempfile.TemporaryDirectory() as place:
        made, cohort, settings = (Path(place) / name for name in ("input", "cohort", "settings.yaml"))
        settings.write_text("features: {profile: none}\n", encoding="utf-8")
        _oncometry("demo", "-o", made, "--patients", patients, "--seed", seed)
        _oncometry("run", made, "-o", cohort, "--config", settings)
        tables = Cohort.open(cohort)
        return links_score(made / "truth.csv", tables.table("measurements"), tables.table("relations"))


def _oncometry(*words: object) -> None:
    subprocess.run([sys.executable, "-m", "oncometry.cli", *map(str, words)], check=True, capture_output=True)


def links_score(truth: Path, measurements: pd.DataFrame, relations: pd.DataFrame) -> Score:
    """Score the edges of the tables."""
    places = _places(truth)
    named = {
        (row.mask_key, row.mask_lesion): _nearest(places, row)
        for row in measurements[measurements["compartment"] == "whole"].itertuples()
    }
    later = relations[relations["relation"] != "new"]
    found = {
        (named[row.earlier_mask, row.earlier_lesion], named[row.later_mask, row.later_lesion])
        for row in later.itertuples()
    }
    score = Score()
    score.add(set(found), set(_true_links(places)))
    return score


def _places(truth: Path) -> dict[Seen, np.ndarray]:
    with truth.open(encoding="utf-8", newline="") as stream:
        rows = [
            row for row in csv.DictReader(stream) if row["compartment"] == "whole" and row["voxels"] != "0"
        ]
    return {
        (row["patient_id"], int(row["timepoint"]), row["lesion"], row["part"]): np.array(
            [float(row[f"centroid_{axis}_mm"]) for axis in "xyz"]
        )
        for row in rows
    }


def _nearest(places: dict[Seen, np.ndarray], row: object) -> Seen | None:
    """The made lesion that a measured one is; None of one that nobody made."""
    center = np.array([row.centroid_x_mm, row.centroid_y_mm, row.centroid_z_mm])
    near = {
        seen: float(np.linalg.norm(place - center))
        for seen, place in places.items()
        if seen[:2] == (row.patient_id, row.timepoint)
    }
    best = min(near, key=near.get, default=None)
    return best if best is not None and near[best] <= NEAREST_MM else None


def _true_links(places: dict[Seen, np.ndarray]) -> set[tuple[Seen, Seen]]:
    """Each part with itself where it was last seen, or with the whole that it split from."""
    by_lesion: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in sorted(places):
        by_lesion[seen[0], seen[2]].append(seen)
    links = set()
    for family in by_lesion.values():
        for seen in family:
            before = [s for s in family if s[1] < seen[1] and s[3] in ("", seen[3])]
            if before:
                links.add((max(before, key=lambda s: s[1]), seen))
    return links
