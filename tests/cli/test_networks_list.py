"""`oncometry networks list NAME`: what is known of one network, for a person and for a program."""

from __future__ import annotations

import json


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
