"""How far features can be relied on: docs/reliability-of-features.md.

ONCOMETRY_DATA=DATA python benchmarks/benchmark_reliability.py --cohort COHORT --write

QIN-PROSTATE's repeated scans, the masks of PyRadiomics' test cases perturbed, and a cohort made by `oncometry demo` and
`oncometry run`; each part is left out whose data is not there.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from oncometry.cli.reliability_sources import judge_cohort
from oncometry.cli.retest_table import read_retest_table
from oncometry.cohort_reliability import Perturbing
from oncometry.convert import as_image, as_segmentation
from oncometry.core.processors import cores
from oncometry.features import profile_named, spec_of
from oncometry.features.perturbation import extract_perturbed, perturbation_named, perturbation_of
from oncometry.features.reliability import (
    FeatureReliability,
    IccKind,
    JudgedFrom,
    ReliabilityRow,
    Source,
    TableColumns,
    perturbed_region,
    reliabilities,
    reliability_rows,
    retest,
)
from oncometry.pipeline import SilentProgress
from page import DOCS, replace, today

PAGE = DOCS / "reliability-of-features.md"
QIN = Path("tables/qin_prostate_testretest/T2AX_noNorm_3D_bin10.csv")
MASKS = Path("imaging/pyradiomics")
CASES = ("brain1", "brain2", "breast1")
MIRP = Path(__file__).parents[1] / "tests" / "reference" / "mirp" / "brain1_perturbed.json"
LEVEL = 0.75
UNKNOWN = JudgedFrom("", "")


def main() -> None:
    """Measure, print or write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cohort", type=Path, help="made by `oncometry demo` and `oncometry run`")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    asked = parser.parse_args()
    data = os.environ.get("ONCOMETRY_DATA")
    parts: dict[str, str] = {}
    if data:
        parts["retest"] = retest_part(Path(data) / QIN)
        parts["masks"] = masks_part(Path(data) / MASKS)
        parts["mirp"] = mirp_part(Path(data) / MASKS)
    if asked.cohort:
        parts["demo"] = cohort_part(asked.cohort)
    for name, content in parts.items():
        if asked.write:
            replace(name, content, PAGE)
        else:
            print(f"{name}\n{content}\n")


def retest_part(path: Path) -> str:
    """15 patients, two scans each, four structures."""
    rows, _ = read_retest_table(path)
    found = retest(rows, TableColumns("study", "study", "segmentedStructure", "^[^_]+"))
    return f"Measured {today()}.\n\n" + table(_rows(found), original=True)


def masks_part(folder: Path) -> str:
    """Three masks, the chain of the paper."""
    spec = spec_of({"resample": {"spacing_mm": [1, 1, 1]}})
    chain = perturbation_named("ntcv")
    regions = []
    for case in CASES:
        image = as_image(folder / f"{case}_image.nrrd")
        segmentation = as_segmentation(folder / f"{case}_label.nrrd", image_geometry=image.geometry)
        found = extract_perturbed(image, segmentation, spec, chain, threads=cores())
        regions.append(perturbed_region(found, segmentation.segments[0].number, "brain1, brain2, breast1"))
    return f"Measured {today()}.\n\n" + table(_rows(reliabilities(regions, Source.PERTURBATION)))


def mirp_part(folder: Path) -> str:
    """Mean and deviation of features under chains of one kind, beside those of MIRP."""
    families = ["morphology", "intensity_statistics", "glcm"]
    spec = spec_of({"resample": {"spacing_mm": [1, 1, 1]}, "families": families})
    image = as_image(folder / "brain1_image.nrrd")
    segmentation = as_segmentation(folder / "brain1_label.nrrd", image_geometry=image.geometry)
    lines = [
        "| perturbed by | feature | ours: mean | deviation | MIRP: mean | deviation |",
        "|---|---|---|---|---|---|",
    ]
    for name, mirp in json.loads(MIRP.read_text(encoding="utf-8")).items():
        chain = perturbation_of(mirp["chain"])
        found = extract_perturbed(image, segmentation, spec, chain, threads=cores())
        values = [{v.tag: v.value or 0.0 for v in one.vectors[0].values} for one in found]
        for tag, peer in mirp["values"].items():
            ours = [one[tag] for one in values]
            numbers = (statistics.fmean(ours), statistics.stdev(ours), peer["mean"], peer["sd"])
            lines.append(f"| {name}, {len(ours)} | {tag} | {' | '.join(f'{n:.5g}' for n in numbers)} |")
    return f"Measured {today()}.\n\n" + "\n".join(lines)


def cohort_part(cohort: Path) -> str:
    """Whole lesions of a cohort, the shorter chain."""
    asked = Perturbing(profile_named("ibsi"), perturbation_named("rncv"), IccKind.ONE_WAY, cores())
    rows, left_out = judge_cohort(cohort, asked, None, SilentProgress())
    whole = [row for row in rows if row["group_name"].startswith("whole in ")]
    return f"Measured {today()}; {len(left_out)} things left out.\n\n" + table(whole)


def _rows(found: Iterable[FeatureReliability]) -> list[ReliabilityRow]:
    return reliability_rows(found, UNKNOWN)


def table(rows: Sequence[ReliabilityRow], *, original: bool = False) -> str:
    """A line for each group and family, in Markdown.

    Args:
        original: families of the image without a filter, then those of all filters in one line.
    """
    lines = [
        f"| group | family | subjects | features | median ICC | ICC >= {LEVEL:g} | lower end >= {LEVEL:g} |",
        "|---|---|---|---|---|---|---|",
    ]
    for group in dict.fromkeys(row["group_name"] for row in rows):
        members = [row for row in rows if row["group_name"] == group]
        parts: dict[str, list[ReliabilityRow]] = {}
        for row in members:
            name = "all filters" if original and row["filter"] != "original" else row["family"]
            parts.setdefault(name, []).append(row)
        lines += [_line(group, name.replace("_", " "), part) for name, part in parts.items()]
    return "\n".join(lines)


def _line(group: str, name: str, rows: Sequence[ReliabilityRow]) -> str:
    values = [row["icc"] for row in rows if row["icc"] is not None]
    low = [row["low"] for row in rows if row["low"] is not None]
    median = f"{statistics.median(values):.2f}" if values else "-"
    reached, surely = (sum(v >= LEVEL for v in part) for part in (values, low))
    most = max(row["subjects"] for row in rows)
    return f"| {group} | {name} | {most} | {len(rows)} | {median} | {reached} | {surely} |"


if __name__ == "__main__":
    main()
