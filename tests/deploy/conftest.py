"""One engine with the image for all tests that want it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .engine import Engine, engine_with_image, why_not


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with engine_with_image() as found:
        yield found
