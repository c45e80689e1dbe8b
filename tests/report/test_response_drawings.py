"""Drawings of response by their marks: where they are, what color, which letters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.test_response_course import course_of

from oncometry.report.category_marks import COLORS, RANK, by_rank, category_css
from oncometry.report.probability_bar import draw_probabilities, probability_text
from oncometry.report.response_spider import draw_response_spider, limits_of
from oncometry.report.swimmer import MOST_LANES, Course, Event, Lane, Seen, draw_swimmer, most_lanes_text
from oncometry.report.waterfall import Bar, draw_waterfall
from oncometry.response.category import Category

SEGMENT = re.compile(r'<g class="seen (\w+)"><rect x="([\d.]+)"[^>]*? width="([\d.]+)"')


def test_every_category_has_a_color_and_ranks_from_best_to_worst() -> None:
    grades = [c for c in Category if c not in (Category.NE, Category.NONE)]
    assert set(COLORS) == {str(c) for c in grades}
    assert set(COLORS.values()) | {"ne"} == set(RANK)
    assert by_rank(["PD", "NE", "CR", "SD", "PR", "PD"]) == ["CR", "PR", "SD", "PD", "NE"]


def test_bars_are_colored_by_best_response_and_say_it_in_letters() -> None:
    svg = draw_waterfall(
        [Bar("a", -50.0, category="PR"), Bar("b", 30.0, category="PD"), Bar("c", -5.0)], "w", "%"
    )
    assert re.findall(r'class="bar (\w+)"', svg) == ["pd", "shrunk", "pr"]
    assert re.findall(r'class="letters middle">([^<]+)<', svg) == ["PD", "PR"]
    assert re.findall(r'class="tick">([A-Z]+)<', svg) == ["PR", "PD"]  # legend, from the best
    assert "b: +30.0\u00a0%, PD" in svg


def test_letters_stand_upright_where_bars_are_narrow() -> None:
    svg = draw_waterfall([Bar(f"p{n}", n - 18.5, category="iUPD") for n in range(36)], "w", "%")
    assert len(re.findall(r'class="letters (?:end|start)" transform="rotate\(-90', svg)) == 36


def lane(name: str, *visits: tuple[int, str], **more: object) -> Lane:
    return Lane(name, tuple(Seen(day, category, f"{name} {day}") for day, category in visits), **more)  # type: ignore[arg-type]


def test_a_swimmers_segments_are_as_long_as_their_category_held() -> None:
    svg = draw_swimmer([lane("a", (0, "SD"), (30, "PR"), (90, "PD"))], "s")
    (first, x1, w1), (second, x2, w2), (third, x3, _) = SEGMENT.findall(svg)
    assert (first, second, third) == ("sd", "pr", "pd")
    assert float(w2) == pytest.approx(2 * float(w1), abs=0.01)
    assert float(x2) == pytest.approx(float(x1) + float(w1), abs=0.01)
    assert float(x3) == pytest.approx(float(x2) + float(w2), abs=0.01)
    assert "days since first date" in svg
    assert re.findall(r'class="on">(\w+)<', svg) == ["SD", "PR"]


def test_a_swimmer_shows_events_treatments_and_who_goes_on() -> None:
    drug, rays = Course("drug", 0, None), Course("rays", 7, 49)
    ended = lane(
        "a",
        (0, "NONE"),
        (60, "PD"),
        events=(Event("progression", 60), Event("death", 200)),
        courses=(drug, rays),
    )
    svg = draw_swimmer([ended, lane("b", (0, "NONE"), (60, "PR"), ongoing=True, link="b.html")], "s")
    assert svg.count('class="progression"') == svg.count('class="death"') == svg.count('class="ongoing"') == 1
    assert "drug: day 0 to end not known" in svg
    assert "rays: day 7 to day 49" in svg
    tops = re.findall(r'<g class="course \w+"><rect x="[\d.]+" y="([\d.]+)"', svg)
    assert len(set(tops)) == 2  # courses at one time do not hide each other
    assert svg.count('<a href="b.html"') == 1
    ends = re.findall(r'<g class="course \w+"><rect x="([\d.]+)"[^>]*width="([\d.]+)"[^>]*fill-opacity', svg)
    death = re.search(r'd="M([\d.]+) [\d.]+L([\d.]+)[^"]*" class="death"', svg)
    assert death is not None
    assert sum(map(float, ends[0])) == pytest.approx((float(death[1]) + float(death[2])) / 2, abs=0.01)
    assert "weeks since first date" in svg


def test_time_without_a_visit_has_no_category() -> None:
    svg = draw_swimmer([lane("a", (0, "NONE"), (60, "SD"), events=(Event("death", 600),))], "s")
    (_, _, shown), (last, place, width) = SEGMENT.findall(svg)
    unseen = re.search(r'<line x1="([\d.]+)"[^>]*x2="([\d.]+)"[^>]*class="unseen"', svg)
    assert unseen is not None
    assert last == "sd"
    assert float(width) == 6.0
    assert float(unseen[1]) == pytest.approx(float(place))
    assert float(unseen[2]) - float(unseen[1]) == pytest.approx(9 * float(shown), rel=0.001)


def test_of_many_swimmers_the_longest_are_drawn_and_the_count_is_said() -> None:
    lanes = [lane(f"p{n}", (0, "SD"), (n + 1, "SD")) for n in range(MOST_LANES + 40)]
    svg = draw_swimmer(lanes, "s")
    assert len(SEGMENT.findall(svg)) == 2 * MOST_LANES
    assert ">p99<" in svg
    assert ">p1<" not in svg
    assert f"The {MOST_LANES} with the longest course of 100 patients" in most_lanes_text(lanes)
    assert most_lanes_text(lanes[:MOST_LANES]) == ""


def test_the_limit_of_progression_follows_the_nadir() -> None:
    course = course_of(("PR", 50.0), ("SD", 55.0), ("PD", 70.0))
    response, progression = limits_of(course, [0.0, 42.0, 84.0, 126.0])
    assert response.steps == ((0.0, -30.0),)
    assert [day for day, _ in progression.steps] == [0.0, 42.0, 84.0]
    assert [level for _, level in progression.steps] == pytest.approx([20.0, -40.0, -40.0])


def test_small_sums_must_also_grow_by_five_millimeters() -> None:
    course = course_of(("PR", 10.0), ("SD", 12.0))
    _, progression = limits_of(course, [0.0, 42.0, 84.0])
    assert progression.steps[-1][1] == pytest.approx(-85.0)  # 15 mm, not 12


def test_a_spider_has_a_curve_per_target_and_the_sum_with_its_categories() -> None:
    svg = draw_response_spider(course_of(("SD", 90.0), ("PR", 60.0)))
    assert svg is not None
    assert re.findall(r'class="letters middle">([^<]+)<', svg) == ["–", "SD", "PR"]
    assert "L1: \u221240.0\u00a0%" in svg
    assert ">PR \u221230\u00a0%<" in svg
    assert svg.count("reference limit") == 2
    assert draw_response_spider(course_of()) is None


@given(st.dictionaries(st.sampled_from(["CR", "PR", "SD", "PD", "NE"]), st.floats(0.01, 1.0), min_size=1))
def test_shares_fill_the_bar_in_proportion(shares: dict[str, float]) -> None:
    whole = sum(shares.values())
    shares = {name: share / whole for name, share in shares.items()}
    found = re.findall(
        r'<g class="(\w+)"><rect x="[\d.e-]+" y="0" width="([\d.]+)"', draw_probabilities(shares)
    )
    assert [css for css, _ in found] == [category_css(name) for name in by_rank(shares)]
    for (_, width), name in zip(found, by_rank(shares), strict=True):
        assert float(width) == pytest.approx(110 * shares[name], abs=0.01)


def test_shares_are_said_the_likeliest_first() -> None:
    assert probability_text({"SD": 0.18, "PR": 0.82, "PD": 0.001}) == "PR 82\u00a0%, SD 18\u00a0%"
