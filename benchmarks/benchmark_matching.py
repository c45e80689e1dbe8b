"""How rightly lesions are matched between dates: made follow-ups of known truth.

    python benchmarks/benchmark_matching.py [--write]

The pairs are those of tests/measurement/follow_ups.py, with seeds that no threshold was chosen on; the last row is a demo
cohort, run whole. `--write` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from page import processor, replace, today

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from matching_demo import demo_links
from measurement.follow_ups import Score, drawn, score_of

PAIRS, FIRST_SEED = 500, 10_000
PATIENTS, DEMO_SEED = 12, 1
HEAD = (
    "| left by registration, mm | pairs | links | found wrongly | missed | F1 | "
    "new, vanished or too small | found wrongly | missed | F1 |\n|---|---|---|---|---|---|---|---|---|---|"
)


def rows() -> Iterator[str]:
    """Rows of the table."""
    for residual_mm in (1.0, 3.0, 5.0):
        pairs = list(drawn(PAIRS, residual_mm, FIRST_SEED))
        links, states = score_of(pairs)
        yield f"| up to {residual_mm:g} | {len(pairs)} | {_cells(links)} | {_cells(states)} |"
    yield f"| demo cohort, registered | {PATIENTS} patients | {_cells(demo_links(PATIENTS, DEMO_SEED))} | | | | |"


def _cells(score: Score) -> str:
    return f"{score.right + score.missed} | {score.wrong} | {score.missed} | {score.f1:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    table = "\n".join([HEAD, *rows()])
    print(table)
    if chosen.write:
        replace("matching", f"{today()}, {processor()}.\n\n{table}")


if __name__ == "__main__":
    main()
