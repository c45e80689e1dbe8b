"""Feature values against the reference values of IBSI-1: docs/conformance.md.

python benchmarks/conformance.py --write        the digital phantom, which is in tests/reference
python benchmarks/conformance.py --configuration c --image CT --mask ROI
                                                the CT phantom, for whoever has it
"""

from __future__ import annotations

import argparse
import csv
import math
from pathlib import Path
from typing import NamedTuple

from oncometry.convert import as_image, as_segmentation
from oncometry.core import Unit
from oncometry.features import FeatureValue, extract, profile_named
from page import DOCS, replace

REFERENCE = Path(__file__).parents[1] / "tests" / "reference" / "ibsi_1"
PAGE = DOCS / "conformance.md"
DIGITS = 3
HEAD = "| feature | id | tag | reference | ours | tolerance | verdict |\n|---|---|---|---|---|---|---|"


class Verdict(NamedTuple):
    """A reference value beside ours."""

    value: FeatureValue
    printed: str
    tolerance: float

    @property
    def word(self) -> str:
        """'equal', 'within' the tolerance, 'differs', or 'no consensus'."""
        if not self.printed:
            return "no consensus"
        if self.value.value is None:
            return "differs"
        reference = float(self.printed)
        if _rounded(self.value.value) == _rounded(reference):
            return "equal"
        within = abs(self.value.value - reference) <= self.tolerance * (1 + 1e-9)
        return "within" if within and self.tolerance > 0 else "differs"

    def row(self) -> str:
        """A line of the table."""
        v = self.value
        ours = f"none: {v.reason}" if v.value is None else f"{v.value:.6g}"
        cells = (v.name, v.ibsi_id, v.tag, self.printed or "-", ours, f"{self.tolerance:g}", self.word)
        return f"| {' | '.join(cells)} |"


def _rounded(number: float) -> float:
    """To the three significant digits that the reference values have."""
    if number == 0:
        return 0.0
    return round(number, DIGITS - 1 - math.floor(math.log10(abs(number))))


def verdicts(profile: str, reference: Path, image: Path, mask: Path, unit: Unit) -> list[Verdict]:
    """Every value of a profile that has a row in the table of references."""
    picture = as_image(image, unit=unit)
    segmentation = as_segmentation(mask, image_geometry=picture.geometry)
    vector = extract(picture, segmentation, profile_named(profile))[0]
    with reference.open(encoding="utf-8") as stream:
        rows = {row["tag"]: row for row in csv.DictReader(stream, delimiter=";")}
    return [
        Verdict(v, rows[v.tag]["reference value"], float(rows[v.tag]["tolerance"] or 0))
        for v in vector.values
        if v.tag in rows
    ]


def main() -> None:
    """Parse, compare, print or write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--configuration", choices="abcde", help="of the CT phantom")
    parser.add_argument("--image", type=Path, default=REFERENCE / "phantom.nii.gz")
    parser.add_argument("--mask", type=Path, default=REFERENCE / "mask.nii.gz")
    parser.add_argument("--write", action="store_true", help="put the table into docs/conformance.md")
    given = parser.parse_args()
    if given.configuration is None:
        found = verdicts(
            "ibsi-phantom", REFERENCE / "ibsi_1_dig_phantom.csv", given.image, given.mask, Unit.ARBITRARY
        )
    else:
        table = REFERENCE / f"ibsi_1_chest_config_{given.configuration}.csv"
        found = verdicts(f"ibsi-{given.configuration}", table, given.image, given.mask, Unit.HU)
    words = [v.word for v in found]
    counts = {word: words.count(word) for word in ("equal", "within", "differs", "no consensus")}
    summary = f"{len(found)} values: " + ", ".join(f"{n} {word}" for word, n in counts.items()) + "."
    lines = "\n".join(v.row() for v in found)
    if given.write:
        replace("phantom", f"{summary}\n\n{HEAD}\n{lines}", page=PAGE)
    print(summary if given.write else f"{HEAD}\n{lines}\n{summary}")


if __name__ == "__main__":
    main()
