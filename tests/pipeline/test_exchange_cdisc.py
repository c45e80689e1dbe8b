"""What readers saw and what was called of it goes out as CDISC, and is called the same when it is read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from oncometry.core import Code, DecisionKind, Quantity
from oncometry.io.lesions import read_cdisc
from oncometry.pipeline import CohortFolder, Exchanged, exchange
from oncometry.pipeline.respond import respond
from oncometry.pipeline.settings import ResponseSettings
from oncometry.response import Scope, assess, criterion_named, timelines

from ..small_cohort import P1, P2
from .deciding import SECOND, decide, import_reads, read, table

LONGEST, SHORT = Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM
SCOPES = {
    "OVRLRESP": Scope.OVERALL,
    "TRGRESP": Scope.TARGET,
    "NTRGRESP": Scope.NON_TARGET,
    "NEWLIND": Scope.NEW,
    "BESTRESP": Scope.BEST_OVERALL,
}


def call(cohort: Path, *criteria: str) -> None:
    with CohortFolder.open(cohort).store() as store:
        assert respond(store, ResponseSettings(), criteria).failures == []


def written(cohort: Path, output: Path) -> Exchanged:
    folder = CohortFolder.open(cohort)
    with folder.store() as store:
        return exchange(folder, store, output, ["cdisc"])


@pytest.mark.parametrize("criteria", ["recist-1.1", "volumetric"])
def test_all_readers_responses_are_called_again(copy: Path, tmp_path: Path, criteria: str) -> None:
    import_reads(
        copy,
        read("R1", "T01", (40.0, 25.0), accepted=False),
        read("R2", "T01", (40.0, 39.0), accepted=True, organ="BRAIN"),
        read("R2", "T02", (22.0, 30.0), accepted=True),
    )
    decide(copy, DecisionKind.ACCEPT, at=SECOND, accepted_reader="R1")
    call(copy, criteria)
    output = written(copy, tmp_path).files
    assert [path.relative_to(tmp_path).as_posix() for path in output] == [
        f"cdisc/{name}/{domain}.csv"
        for name in sorted({criteria, "volumetric"})
        for domain in ("tu", "tr", "rs")
    ]
    back = read_cdisc(*(tmp_path / "cdisc" / criteria / f"{domain}.csv" for domain in ("tu", "tr", "rs")))
    assert back.left_out == ()
    assert {reading.reader for reading in back.readings} == {"R1", "R2", "oncometry"}

    criterion = criterion_named(criteria)
    again = {
        (row.patient_id, row.reader, row.timepoint, row.scope): row.category
        for timeline in timelines(back.readings, criterion.limits)
        for row in assess(timeline, criterion).rows
    }
    reported = {(r.patient_id, r.reader, r.timepoint, SCOPES[r.test]): r for r in back.responses}
    assert {key: r.category for key, r in reported.items()} == again
    stored = pd.concat([table(copy, "responses", patient) for patient in (P1, P2)])
    stored = stored[stored["criteria"] == criteria]
    assert len(stored) == len(reported)
    for row in stored.to_dict("records"):
        label = "" if row["scope"] == Scope.BEST_OVERALL else row["label"]
        found = reported[row["patient_id"], row["reader"], label, row["scope"]]
        assert found.category == row["category"]
        assert found.accepted == (None if pd.isna(row["accepted"]) else row["accepted"])
    at_second = {r.reader: r.accepted for r in back.readings if r.patient_id == P1 and r.timepoint == "02"}
    assert at_second == {"R1": True, "R2": False, "oncometry": False}


def test_what_is_not_called_yet_and_what_is_lost_are_told(copy: Path, tmp_path: Path) -> None:
    assert written(copy, tmp_path / "a").notices == ()
    import_reads(copy, read("R1", "T01", (40.0, 25.0)))
    later = written(copy, tmp_path / "b")
    (told,) = later.notices
    assert "no response is called of what R1 read" in told.what
    lost = " ".join(map(str, later.losses))
    assert all(word in lost for word in ("standard errors", "sums, changes", "volumetric"))


def test_a_cohort_without_responses_has_no_roles_to_write(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oncometry.pipeline.exchange_cdisc.known_criteria", lambda store: [])
    done = written(copy, tmp_path)
    assert done.files == ()
    assert [notice.code for notice in done.notices] == [Code.NOTHING_FOUND]


@pytest.mark.parametrize("criteria", ["recist-1.1", "macdonald"])
def test_parts_of_a_lesion_go_out_as_the_sum_that_is_judged(
    copy: Path, tmp_path: Path, criteria: str
) -> None:
    first, last = (
        replace(one, reading=replace(one.reading, values={LONGEST: 40.0, SHORT: 30.0}))
        for one in read("R1", "T01", (40.0, 40.0))
    )
    parts = [
        replace(
            last, reading=replace(last.reading, lesion=name, values={LONGEST: a, SHORT: b}, part_of="T01")
        )
        for name, a, b in (("T01a", 20.0, 10.0), ("T01b", 15.0, 12.0))
    ]
    import_reads(copy, [first, *parts])
    call(copy, criteria)
    written(copy, tmp_path)
    back = read_cdisc(*(tmp_path / "cdisc" / criteria / f"{domain}.csv" for domain in ("tu", "tr", "rs")))
    assert back.left_out == ()
    baseline, summed = (read for read in back.readings if read.reader == "R1")
    total = 35.0 if criteria == "recist-1.1" else 20.0 * 10.0 + 15.0 * 12.0
    assert summed.values == {criterion_named(criteria).quantity: total}  # noqa: PD011 -- of a reading
    assert baseline.values[LONGEST] == 40.0  # noqa: PD011 -- of a reading
