"""Write the fields of an experiment's declaration into docs/how-to/declare-an-experiment.md.

python tools/list_experiment_fields.py [--write]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from oncometry.prediction.declaration import Experiment

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "declare-an-experiment.md"
BEGIN, END = "<!-- BEGIN fields -->", "<!-- END fields -->"


def fields(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """A row a field, those of its parts behind it."""
    for name, field in model.model_fields.items():
        part = part_of(field)
        said = field.description or ((part.__doc__ or "").split("\n")[0] if part else "")
        yield f"| `{prefix}{name}` | {default_of(field, part)} | {said} |"
        if part is not None:
            yield from fields(part, f"{prefix}{name}.")


def part_of(field: FieldInfo) -> type[BaseModel] | None:
    """The model that a field holds, alone, optional or several."""
    kinds = [field.annotation, *get_args(field.annotation)]
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), None)


def default_of(field: FieldInfo, part: Any) -> str:
    """As a reader would write it."""
    if field.is_required():
        return "*needed*"
    if part is not None or field.default in (None, (), {}, ""):
        return ""
    return ", ".join(map(str, field.default)) if isinstance(field.default, tuple) else str(field.default)


def page(text: str) -> str:
    """The page with the present fields between its marks."""
    before, rest = text.split(BEGIN)
    table = "\n".join(["| field | default | what |", "|---|---|---|", *fields(Experiment)])
    return f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    written = page(PAGE.read_text(encoding="utf-8"))
    if "--write" in sys.argv:
        PAGE.write_text(written, encoding="utf-8")
    else:
        print(written)
