"""Stated wins, then the file, then a guess that is announced."""

from __future__ import annotations

import pytest

from oncometry.core import Code, Compartment, LabelError, SettingsError
from oncometry.io.label_meaning import FoundLabel, guessed_scheme, interpret


def labels(*numbers: int) -> list[FoundLabel]:
    return [FoundLabel(n) for n in numbers]


def test_three_labels_are_guessed_and_alternatives_named() -> None:
    meaning = interpret(labels(1, 2, 3), None, values=True)
    assert (meaning.scheme, meaning.source) == ("brats-2023", "guessed")
    (notice,) = meaning.notices
    assert notice.code is Code.LABELS_GUESSED
    for other in ("brats-peds-3", "msd-brain-tumour", "lumiere"):
        assert other in notice.what


def test_stated_wins() -> None:
    meaning = interpret(labels(1, 2, 3), "msd-brain-tumour", values=True)
    assert meaning.labels[1] == ("ED", Compartment.EDEMA)
    assert meaning.source == "stated"
    assert not meaning.notices


def test_stated_by_name_not_number() -> None:
    found = [FoundLabel(7, "ET"), FoundLabel(8, "ED")]
    meaning = interpret(found, "brats-2023", values=False)
    assert meaning.labels[7][1] is Compartment.ENHANCING
    assert meaning.labels[8][1] is Compartment.EDEMA


def test_numbers_of_regions_are_no_label_values() -> None:
    """ROI 1 'GTV' is not label 1 of a scheme."""
    gtv = interpret([FoundLabel(1, "GTV")], "brats-2023", values=False)
    assert (gtv.labels[1], gtv.source) == (("GTV", Compartment.WHOLE), "file")
    unnamed = interpret([FoundLabel(1, "ROI-1"), FoundLabel(3, "ROI-3")], "brats-2023", values=False)
    assert {c for _, c in unnamed.labels.values()} == {Compartment.OTHER}
    with pytest.raises(SettingsError):
        interpret([FoundLabel(1, "GTV")], "no-such-scheme", values=False)


def test_a_suggested_scheme_is_guessed_first_if_it_knows_the_labels() -> None:
    meaning = interpret(labels(1, 2, 3, 4), None, values=True, suggested=("brats-peds-3", "brats-peds-4"))
    assert (meaning.scheme, meaning.source) == ("brats-peds-4", "guessed")
    assert meaning.labels[1][1] is Compartment.ENHANCING
    assert meaning.notices
    assert interpret(labels(7, 8), None, values=True, suggested=("brats-peds-3",)).scheme == "unknown"


def test_label_that_the_scheme_does_not_know() -> None:
    with pytest.raises(LabelError) as caught:
        interpret(labels(1, 4), "brats-2023", values=True)
    assert caught.value.code is Code.LABEL_UNKNOWN
    assert "4" in caught.value.what


def test_binary_takes_every_label() -> None:
    meaning = interpret(labels(1, 5), "binary", values=True)
    assert {c for _, c in meaning.labels.values()} == {Compartment.WHOLE}


@pytest.mark.parametrize("number", [1, 3, 7, 255])
def test_one_label_alone_is_binary(number: int) -> None:
    meaning = interpret(labels(number), None, values=True)
    assert meaning.scheme == "binary"
    assert meaning.labels[number][1] is Compartment.WHOLE
    assert meaning.notices


def test_unknown_labels_stand_for_themselves() -> None:
    meaning = interpret(labels(2, 41, 77), None, values=True)
    assert meaning.scheme == "unknown"
    assert meaning.labels[41] == ("label 41", Compartment.OTHER)
    again = interpret([FoundLabel(41, "label 41", "", Compartment.OTHER)], "unknown", values=True)
    assert again.labels[41][1] is Compartment.OTHER


def test_generic_names() -> None:
    one = interpret([FoundLabel(4, "ROI-1")], None, values=False)
    assert one.labels[4][1] is Compartment.WHOLE
    assert one.notices
    two = interpret([FoundLabel(1, "ROI-1"), FoundLabel(2, "ROI-2")], None, values=False)
    assert {c for _, c in two.labels.values()} == {Compartment.OTHER}
    assert two.notices
    typed = interpret([FoundLabel(1, "ROI-1", "", None, "GTV"), FoundLabel(2, "ROI-2")], None, values=False)
    assert typed.labels[1][1] is Compartment.WHOLE


def test_guess_prefers_the_fewest_spare_labels() -> None:
    assert guessed_scheme([1, 2, 4]).name == "brats-2017-2021"  # type: ignore[union-attr]
    assert guessed_scheme([1, 2, 3, 4]).name == "brats-2024"  # type: ignore[union-attr]
    assert guessed_scheme([9, 10]) is None
