"""Criteria by name: the built-in ones, and those of other packages."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from oncometry.core import Quantity, SettingsError
from oncometry.response import Criterion, assess, criteria, criterion_named, registry
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


@pytest.mark.parametrize("name", sorted(criteria()))
def test_a_quantity_that_no_lesion_has_is_drawn_by_every_criterion(name: str) -> None:
    """Diameters alone, drawn many times: what sums products or volumes knows nothing, in every draw."""
    criterion = criterion_named(name)
    read = timeline(Made({"a": [50, 30]}), Quantity.LONGEST_DIAMETER_MM)
    rows = assess(read, criterion, draws=drawn_course(read, UncertaintySettings(draws=7))).rows
    assert all(sum(row.probabilities.values()) == pytest.approx(1) for row in rows)
