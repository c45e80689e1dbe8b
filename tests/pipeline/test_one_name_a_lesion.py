"""A reader's lesion is one over visits, by what it was matched with, whatever it is called at each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import LesionReading, LesionStatus
from oncometry.pipeline.one_name_a_lesion import one_name_a_lesion
from oncometry.store import ImportedRead

pytestmark = pytest.mark.storeless

NAMES = {"u1": "L1", "u2": "L2"}
Said = tuple[int, str, str | None]
"""Visit, the reader's name, the lesion that it was matched with."""


def reads(*said: Said, reader: str = "R") -> list[ImportedRead]:
    return [
        ImportedRead(
            LesionReading("p", str(visit), None, reader, name, None, LesionStatus.MEASURED),
            visit,
            uid,
            None if uid is None else "place",
        )
        for visit, name, uid in said
    ]


def called(*said: Said) -> list[str]:
    return [read.reading.lesion for read in one_name_a_lesion(reads(*said), NAMES)]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ([(1, "T1", "u1"), (2, "T1", "u1"), (1, "T2", "u2")], ["T1", "T1", "T2"]),
        ([(1, "T1", "u1"), (2, "A", "u1")], ["L1", "L1"]),
        ([(1, "L", "u1"), (1, "L", "u2"), (2, "L", "u1")], ["L1", "L2", "L1"]),
        ([(1, "T1", "u1"), (2, "T1", None)], ["T1", "T1"]),
        ([(1, "T1", "u1"), (2, "A", "u1"), (3, "T1", None)], ["L1", "L1", "L1"]),
        ([(1, "T1", "u1"), (2, "A", "u1"), (2, "T1", None)], ["L1", "L1", "T1"]),
        ([(1, "L2", None), (1, "A", "u2"), (2, "B", "u2")], ["L2", "L2 of the cohort", "L2 of the cohort"]),
        ([(1, "L", "u1"), (2, "L", "u2"), (3, "L", None)], ["L1", "L2", "L"]),
        ([(1, "L1", "u1"), (1, "L1", "u2"), (2, "L1", None)], ["L1", "L2", "L1 of the reader"]),
    ],
)  # fmt: skip
def test_names(said: list[Said], names: list[str]) -> None:
    assert called(*said) == names


def test_readers_and_parts_are_apart() -> None:
    parts = [
        replace(read, reading=replace(read.reading, part_of="T1"))
        for read in reads((2, "T1a", None), (2, "T1b", None))
    ]
    found = one_name_a_lesion([*reads((1, "T1", "u1"), (3, "A", "u1")), *parts], NAMES)
    assert [read.reading.part_of for read in found] == [None, None, "L1", "L1"]
    two = [*reads((1, "T1", "u1"), reader="R"), *reads((2, "A", "u1"), reader="S")]
    assert [read.reading.lesion for read in one_name_a_lesion(two, NAMES)] == ["T1", "A"]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["A", "L1", "L2"]), st.sampled_from(["u1", "u2", None])),
        unique_by=(lambda said: (said[0], said[1] if said[2] is None else said[2])),
    )
)
def test_a_lesion_has_one_name_and_a_name_one_lesion(said: list[Said]) -> None:
    found = list(zip(said, called(*said), strict=True))
    for uid in NAMES:
        assert len({name for (_, _, of), name in found if of == uid}) <= 1
    for name in {name for _, name in found}:
        assert len({of for (_, _, of), given in found if given == name and of is not None}) <= 1
        visits = [visit for (visit, _, _), given in found if given == name]
        assert len(visits) == len(set(visits))
