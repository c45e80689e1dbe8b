"""Pre-trained networks that people know: where they are, under what terms, and what it takes to use them here.

Data, not weights: nothing of them is shipped or fetched. What nobody checked says 'not verified'.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

__all__ = ["KnownNetwork", "known_networks"]

PLACE = Path(__file__).with_name("known_networks.json")


class KnownNetwork(BaseModel):
    """A network of others.

    Attributes:
        name: in `oncometry networks list`; it cannot be given to `--network`.
        title: what it is known as.
        task: 'tumor', 'brain', or 'other' where neither.
        inputs, labels: what it takes and gives.
        published: quality as its authors report it.
        source: where its authors give it away.
        code_license, weights_license: terms.
        citation: DOI or arXiv number.
        format: of its weights.
        loads: whether we read that format.
        use: what to do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    task: Literal["tumor", "brain", "other"]
    inputs: str
    labels: str
    published: str
    source: str
    code_license: str
    weights_license: str
    citation: str
    format: str
    loads: Literal["with an extra", "through its own program", "no"]
    use: str


@cache
def known_networks() -> tuple[KnownNetwork, ...]:
    """All of them, in the order of the file."""
    return TypeAdapter(tuple[KnownNetwork, ...]).validate_json(PLACE.read_bytes())
