"""`oncometry networks list NAME`: what is known of one network, for a person and for a program."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from oncometry.cli.networks_command import dice_text
from oncometry.cli.networks_output import write_network_text

pytestmark = pytest.mark.storeless


def test_it_is_text_without_the_brackets_of_a_program(oncometry) -> None:
    ran = oncometry("networks", "list", "starter-tumor")
    assert ran.code == 0
    assert not set("[]{}'") & set(ran.out)


def test_every_field_of_the_card_is_said(oncometry) -> None:
    card = json.loads(oncometry("networks", "list", "starter-tumor", "--json").out)
    lines = oncometry("networks", "list", "starter-tumor").out.splitlines()
    said = {line[:16].strip(): line[16:].strip() for line in lines}
    assert said["inputs"] == "T1, T1c, T2, FLAIR"
    assert said["region ET"].startswith("labels 3; threshold 0.5")
    assert "channels 32, 64, 128, 160" in said["architecture"]
    first = card["measured"][0]
    assert said["measured 1"].startswith(
        f"Dice WT {first['dice']:.2f} ({first['low']:.2f} to {first['high']:.2f}, "
    )
    measured = [text for name, text in said.items() if name.startswith("measured")]
    assert len(measured) == len({one["data"] for one in card["measured"]})
    assert sum(text.count(" cases)") for text in measured) == len(card["measured"])


def test_a_range_of_dice_has_two_ends_or_one_number() -> None:
    def card(*dice: float) -> SimpleNamespace:
        return SimpleNamespace(measured=[SimpleNamespace(region="WT", dice=one) for one in dice])

    assert dice_text(card(0.947, 0.949)) == "WT 0.95"
    assert dice_text(card(0.3, 0.88, 0.5)) == "WT 0.30 to 0.88"
    assert dice_text(card()) == "not measured"


def test_the_share_that_an_interval_holds_is_said_where_there_is_an_interval(capsys) -> None:
    region = {"name": "WT", "labels": [1], "threshold": 0.5, "volume_width": None}
    write_network_text({"volume_coverage": 0.9, "regions": [region]})
    assert "coverage" not in capsys.readouterr().out
    write_network_text({"volume_coverage": 0.9, "regions": [region | {"volume_width": 1.5}]})
    assert "volume_coverage" in capsys.readouterr().out
