"""The page of brain criteria says what the rulesets are."""

from __future__ import annotations

import re
from pathlib import Path

from oncometry.io.visit_states import COLUMNS
from oncometry.response.rano import RANO_CRITERIA

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "concepts" / "response-brain.md").read_text()


def test_the_table_of_criteria() -> None:
    rows = [
        line.strip("|").split("|")
        for line in PAGE.splitlines()
        if re.match(r"\| `(macdonald|rano|rapno)", line)
    ]
    told = {row[0].strip(" `"): [cell.strip() for cell in row] for row in rows}
    assert set(told) == {criterion.ruleset.name for criterion in RANO_CRITERIA}
    for criterion in RANO_CRITERIA:
        row, steps = told[criterion.ruleset.name], criterion.components[-1].thresholds
        below = [f"{100 * (1 - left):.0f} %" for left in (steps.pr, steps.mr) if left is not None]
        assert row[3] == ", ".join(below)
        assert row[4].startswith(f"{100 * (steps.pd - 1):.0f} %")
        assert row[2].startswith(str(criterion.limits.targets or "any"))
        assert row[6] == f"{criterion.outcome.confirmation_days} days"
        assert row[7] == ("yes" if criterion.ruleset.verified else "no")
        asked = criterion.inputs
        assert ("T2/FLAIR" in row[5], "enhancement" in row[5]) == (asked.t2_flair, asked.enhancement)
        assert ("radiotherapy" in row[5]) == (asked.window_weeks is not None)


def test_every_source_has_an_entry() -> None:
    entries = (DOCS / "references.bib").read_text()
    for criterion in RANO_CRITERIA:
        for clause in criterion.ruleset.clauses:
            assert f"{{{clause.doi}}}" in entries


def test_every_column_of_the_table_of_visits_is_told() -> None:
    assert all(f"`{column}`" in PAGE for column in COLUMNS)
