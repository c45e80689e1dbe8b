"""Criteria by name: the built-in ones, and those of other packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from oncometry.core import Quantity, SettingsError
from oncometry.response import Course, Criterion, assess, criteria, criterion_named, registry
from oncometry.response.course import FloatArray
from oncometry.response.recist import Recist
from oncometry.response.uncertainty import UncertaintySettings, drawn_course

from .courses import Made, timeline

OURS = {"recist-1.1", "irecist", "mrecist", "percist-1.0", "volumetric"}


@dataclass(frozen=True)
class Registered:
    """An entry point that is loaded as this criterion."""

    criterion: Criterion
    value: str = "theirs.package:criterion"

    def load(self) -> Criterion:
        return self.criterion


def register(monkeypatch: pytest.MonkeyPatch, criterion: Criterion) -> None:
    def found(*, group: str) -> list[Registered]:
        assert group == "oncometry.criteria"
        return [Registered(criterion)]

    monkeypatch.setattr(registry, "entry_points", found)


def test_every_built_in_criterion_has_its_name() -> None:
    known = criteria()
    assert set(known) >= OURS
    assert all(name == criterion.ruleset.name for name, criterion in known.items())


def test_a_name_that_is_none_is_answered_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"no criteria 'recist'.*recist-1\.1, irecist"):
        criterion_named("recist")


def test_another_packages_criterion_is_found_and_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = Recist(ruleset=replace(Recist().ruleset, name="theirs", version="7"))
    register(monkeypatch, theirs)
    found = criterion_named("theirs")
    row = assess(timeline(Made({"a": [50, 30]}), found.quantity), found).overall()[1]
    assert (row.category, row.ruleset, row.version) == ("PR", "theirs", "7")


def test_a_name_that_is_taken_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Recist())
    with pytest.raises(
        SettingsError, match=r"theirs\.package:criterion registers the criterion 'recist-1\.1'"
    ):
        criteria()


class Asked(dict[Quantity, FloatArray]):
    """Sizes that say which were asked for."""

    def __init__(self, values: Mapping[Quantity, FloatArray]) -> None:
        super().__init__(values)
        self.of: set[Quantity] = set()

    def __getitem__(self, quantity: Quantity) -> FloatArray:
        self.of.add(quantity)
        return super().__getitem__(quantity)


@pytest.mark.parametrize("name", sorted(criteria()))
def test_a_criterion_judges_the_quantities_that_it_names(name: str) -> None:
    """What it looks at beside them would be drawn by nobody."""
    criterion = criterion_named(name)
    made = Made(
        {
            "a": [50, 30, 60],
            "node b": [30, 12, 30],
            "non-target c": [20, 10, 30],
            "non-target node d": [16, 12, 30],
            "new e": [None, 12, 15],
        }
    )
    course = Course.of(timeline(made, criterion.quantity))
    asked = Asked(course.values)
    criterion.judge(replace(course, values=asked))
    assert criterion.quantity in asked.of
    assert asked.of <= set(criterion.quantities)


@pytest.mark.parametrize("name", sorted(criteria()))
def test_a_quantity_that_no_lesion_has_is_drawn_by_every_criterion(name: str) -> None:
    """Diameters alone, drawn many times: what sums products or volumes knows nothing, in every draw."""
    criterion = criterion_named(name)
    read = timeline(Made({"a": [50, 30]}), Quantity.LONGEST_DIAMETER_MM)
    rows = assess(read, criterion, draws=drawn_course(read, UncertaintySettings(draws=7))).rows
    assert all(sum(row.probabilities.values()) == pytest.approx(1) for row in rows)
