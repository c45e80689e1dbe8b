"""Specs of perturbation: hashed, and refused in words where they ask for nothing, too much or nonsense."""

from __future__ import annotations

from typing import Any

import pytest

from oncometry.core import Code, SettingsError
from oncometry.features.perturbation import PERTURBATIONS, perturbation_named, perturbation_of


def test_the_hash_is_of_every_field() -> None:
    hashes = {PERTURBATIONS["ntcv"].hash}
    for change in (
        {"name": "x"},
        {"rotations_deg": (3.0,)},
        {"translations": (0.5,)},
        {"noise_repetitions": 2},
        {"volume_fractions": (0.1,)},
        {"contour_repetitions": 2},
        {"seed": 9},
    ):
        hashes.add(perturbation_of(PERTURBATIONS["ntcv"].model_dump() | change).hash)
    assert len(hashes) == 8
    same = perturbation_of(PERTURBATIONS["rncv"].model_dump(mode="json"))
    assert same == PERTURBATIONS["rncv"]
    assert same.hash == PERTURBATIONS["rncv"].hash


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "nothing is perturbed"),
        ({"rotations_deg": [200]}, "rotations_deg.0"),
        ({"rotations_deg": [3, 3]}, "named twice"),
        ({"translations": [1.0]}, "translations.0"),
        ({"volume_fractions": [-1]}, "volume_fractions.0"),
        ({"noise_repetitions": -1}, "noise_repetitions"),
        ({"noise_repetitions": 40, "contour_repetitions": 40}, "1600 combinations"),
        ({"rotation": [3]}, "no such setting"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(data: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        perturbation_of(data)
    assert caught.value.code is Code.SETTINGS


def test_a_name_that_is_none_tells_those_there_are() -> None:
    with pytest.raises(SettingsError, match="there are ntcv, rncv"):
        perturbation_named("rcv")
