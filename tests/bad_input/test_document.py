"""docs/concepts/io.md says of every input what the tests hold."""

from __future__ import annotations

from oncometry.core import Code

from .document import BEGIN, END, PAGE, table
from .rows import EVERY_ROW


def test_the_page_is_the_table() -> None:
    inside = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert inside == table(), "python -m tests.bad_input.document writes it"


def test_every_code_of_a_row_is_one_and_names_are_said_once() -> None:
    codes = {v.code for row in EVERY_ROW for v in row.variants if v.code}
    assert codes <= {code.value for code in Code}
    for row in EVERY_ROW:
        names = [v.name for v in row.variants]
        assert len(names) == len(set(names))
