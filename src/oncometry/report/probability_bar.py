"""How likely each category is, as one small bar."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from oncometry.report.category_marks import by_rank, category_css, letters
from oncometry.report.formatting import number_text
from oncometry.report.svg import drawing, element

__all__ = ["draw_probabilities", "probability_text"]

WIDTH, HEIGHT = 110.0, 10.0
LEAST_SAID = 0.005
"""Below half a percent a share is no digit of the text."""


def probability_text(shares: Mapping[str, float]) -> str:
    """'PR 82 %, SD 18 %', the likeliest first."""
    said = sorted(((share, name) for name, share in shares.items() if share >= LEAST_SAID), reverse=True)
    return ", ".join(f"{letters(name)} {number_text(100 * share, 0)}\u00a0%" for share, name in said)


def draw_probabilities(shares: Mapping[str, float]) -> Markup:
    """Segments from the best category to the worst, as wide as they are likely; the text is their alternative."""
    drawn, start = [], 0.0
    for category in by_rank(shares):
        width = WIDTH * shares[category]
        box = {"x": start, "y": 0, "width": width, "height": HEIGHT, "class": "bar"}
        drawn.append(element("g", {"class": category_css(category)}, element("rect", box)))
        start += width
    return drawing(WIDTH, HEIGHT, probability_text(shares), drawn, "shares")
