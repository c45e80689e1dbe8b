"""SVG elements as escaped markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

__all__ = ["copy_of", "drawing", "element", "line", "named", "points_path", "text"]

Attributes = Mapping[str, object]


def element(name: str, attributes: Attributes, *content: str) -> Markup:
    """One element; attributes that are None are left out, plain text content is escaped."""
    given = "".join(f' {key}="{_shown(value)}"' for key, value in attributes.items() if value is not None)
    if not content:
        return Markup(f"<{name}{given}/>")  # noqa: S704 -- names are the program's, values are escaped
    inside = "".join(escape(part) for part in content)
    return Markup(f"<{name}{given}>{inside}</{name}>")  # noqa: S704


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
    return escape(str(value))


def drawing(width: float, height: float, label: str, content: Iterable[Markup], css: str = "plot") -> Markup:
    """A whole picture with its text alternative; it shrinks with the page."""
    attributes = {
        "class": css,
        "viewBox": f"0 0 {_shown(float(width))} {_shown(float(height))}",
        "role": "img",
        "aria-label": label,
        "style": f"max-width:{_shown(float(width))}px",
    }
    return element("svg", attributes, *content)


def named(drawn: Markup, name: str) -> Markup:
    """A drawing that `copy_of` can show again; names are unique on a page."""
    return Markup(f'<svg id="{escape(name)}" {drawn.removeprefix("<svg ")}')  # noqa: S704 -- it is markup already


def copy_of(name: str, width: float, height: float, label: str, css: str = "plot") -> Markup:
    """The named drawing once more, without its bytes: it may stand earlier or later on the page."""
    again = element("use", {"href": f"#{name}", "width": width, "height": height})
    return drawing(width, height, label, [again], css)


def line(start: Sequence[float], end: Sequence[float], css: str) -> Markup:
    """A straight line between two (x, y)."""
    ends = {"x1": float(start[0]), "y1": float(start[1]), "x2": float(end[0]), "y2": float(end[1])}
    return element("line", {**ends, "class": css})


def text(at: Sequence[float], content: str, css: str, attributes: Attributes | None = None) -> Markup:
    """Text at (x, y)."""
    place = {"x": float(at[0]), "y": float(at[1]), "class": css}
    return element("text", {**place, **(attributes or {})}, content)


def points_path(points: Iterable[Sequence[float]], *, closed: bool = False) -> str:
    """Path data through the points."""
    steps = "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}"
