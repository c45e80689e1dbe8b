"""How a category of response is shown: a color that the color-blind tell apart, and always its letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from oncometry.report.svg import element, text

__all__ = ["by_rank", "category_css", "chip", "draw_legend", "letters"]

COLORS = {
    "CR": "cr", "iCR": "cr", "CMR": "cr",
    "PR": "pr", "iPR": "pr", "PMR": "pr",
    "MR": "mr",
    "SD": "sd", "iSD": "sd", "SMD": "sd", "NON-CR/NON-PD": "sd",
    "iUPD": "iupd",
    "PD": "pd", "iCPD": "pd", "PMD": "pd",
}  # fmt: skip
"""Category -> class of the style sheet; the palette is after Okabe and Ito's (https://jfly.uni-koeln.de/color/)."""

UNKNOWN = "ne"
RANK = ("cr", "pr", "mr", "sd", "iupd", "pd", UNKNOWN)
LETTER_WIDTH, SWATCH = 7.2, 12.0


def category_css(category: str) -> str:
    """The class that colors it; what is no grade of response, NE say, is gray."""
    return COLORS.get(category, UNKNOWN)


def letters(category: str) -> str:
    """As it is written on a small mark; nothing is said of a baseline."""
    return "–" if category == "NONE" else "nCR/nPD" if category == "NON-CR/NON-PD" else category


def chip(category: str) -> Markup:
    """The letters on their color, for text."""
    return element("span", {"class": f"chip {category_css(category)}"}, letters(category))


def by_rank(categories: Iterable[str]) -> list[str]:
    """Each once, from the best to the worst."""
    return sorted(set(categories), key=lambda c: (RANK.index(category_css(c)), c))


def draw_legend(entries: Sequence[tuple[str, str]], at: tuple[float, float]) -> list[Markup]:
    """Swatches in a row with their names, of (class, name), from (x, y) on, the top left."""
    x, y = at
    drawn = []
    for css, name in entries:
        box = {"x": x, "y": y, "width": SWATCH, "height": SWATCH, "class": "bar"}
        drawn.append(element("g", {"class": css}, element("rect", box)))
        drawn.append(text((x + SWATCH + 5, y + 10.5), name, "tick"))
        x += SWATCH + 20 + LETTER_WIDTH * len(name)
    return drawn
