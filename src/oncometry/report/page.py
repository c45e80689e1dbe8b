"""Templates to pages that need nothing but themselves."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from oncometry import __version__
from oncometry.core.printable import printable

__all__ = ["render"]

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("oncometry.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("oncometry.report").joinpath("templates", "style.css").read_text(encoding="utf-8")
    environment.globals["style"] = Markup(style)  # noqa: S704
    environment.globals["software"] = f"Oncometry {__version__}"
    return environment


def render(template: str, context: dict[str, Any]) -> str:
    """The page as text; everything from the data is escaped, and no control character is left in it."""
    page = _environment().get_template(template).render(context)
    return CONTROLS.sub(lambda found: printable(found[0]), page)
