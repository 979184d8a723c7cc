"""Charts: readable without seeing them, safe with any text in them, true to the figures."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from feedback.nps import Nps
from feedback.nps_report import NpsRow
from loop.charts import nps_chart
from loop.score_line import score_line

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def month(number: int, *counts: int, year: int = 2026, name: str = "") -> NpsRow:
    key = f"{year}-{number:02}"
    return NpsRow(key, name or key, Nps(*counts), date(year, number, 1), date(year, number, 28))


@dataclass(frozen=True)
class Given:
    score: int
    category: str
    responded_at: datetime = datetime(2026, 11, 19, 8, tzinfo=UTC)


def parse(svg: str) -> ET.Element:
    """As a browser reads it, and as XML: a stray character in it would not pass."""
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in parse(svg).iter(f"{SVG}text")]


def every_part(svg: str) -> list[ET.Element]:
    return list(parse(svg).iter())


YEAR = [month(9, 15, 25, 60), month(10, 10, 25, 65), month(11, 20, 25, 55)]
SCORES = [Given(9, "promoter"), Given(8, "passive"), Given(2, "detractor")]


@pytest.mark.parametrize("svg", [nps_chart(YEAR, name="nps"), score_line(SCORES, name="scores")])
class TestEveryChart:
    def test_it_is_an_image_with_a_title_and_a_description(self, svg):
        picture = parse(svg)
        assert picture.get("role") == "img"
        named = picture.get("aria-labelledby").split()
        ids = {element.get("id"): element for element in picture.iter() if element.get("id")}
        assert [ids[name].tag for name in named] == [f"{SVG}title", f"{SVG}desc"]
        assert all(ids[name].text for name in named)

    def test_the_strict_content_policy_has_nothing_to_refuse(self, svg):
        for element in every_part(svg):
            assert element.tag not in (f"{SVG}script", f"{SVG}style", f"{SVG}foreignObject")
            assert not [name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name]

    def test_colours_come_from_the_stylesheet(self, svg):
        for element in every_part(svg):
            for name in ("fill", "stroke"):
                assert element.get(name, "none") == "none" or element.get(name).startswith("var(--")


class TestNpsChart:
    def test_the_description_tells_every_figure_with_its_interval_and_n(self):
        desc = parse(nps_chart(YEAR, name="nps")).find(f"{SVG}desc").text
        assert "September 2026: +45, between +29 and +58, of 100 answers" in desc
        assert desc.count(";") == 2

    def test_of_few_answers_the_counts_are_told_and_the_mark_is_hollow(self):
        svg = nps_chart([*YEAR, month(12, 1, 0, 2)], name="nps")
        assert "December 2026: promoters 2, passives 0, detractors 1" in svg
        marks = list(parse(svg).iter(f"{SVG}circle"))
        assert [mark.get("fill") for mark in marks] == ["var(--promoter)"] * 3 + ["var(--paper)"]

    def test_a_month_without_answers_interrupts_the_line(self):
        rows = [month(1, 5, 5, 20), month(2, 5, 5, 20), month(3), month(4, 5, 5, 20), month(5, 5, 5, 20)]
        svg = parse(nps_chart(rows, name="nps"))
        assert len(list(svg.iter(f"{SVG}polyline"))) == 2
        assert len(list(svg.iter(f"{SVG}circle"))) == 4

    def test_a_month_that_stands_alone_shows_its_interval_as_a_bar(self):
        svg = nps_chart([month(1), month(2, 5, 5, 20), month(3)], name="nps")
        assert not list(parse(svg).iter(f"{SVG}polyline"))
        assert [path for path in parse(svg).iter(f"{SVG}path") if path.get("stroke-width") == "8"]

    def test_everything_drawn_lies_inside_the_picture(self):
        for rows in (YEAR, [month(1, 1, 0, 0)], [month(1, 0, 0, 1), month(2, 5000, 0, 0)], [month(1, 0, 9000, 0)]):
            for element in parse(nps_chart(rows, name="nps")).iter():
                for name, most in (("x", 640), ("cx", 640), ("y", 200), ("cy", 200)):
                    assert 0 <= float(element.get(name, 0)) <= most
                for place in element.get("points", "").split():
                    x, y = map(float, place.split(","))
                    assert 0 <= x <= 640
                    assert 0 <= y <= 200

    def test_a_better_score_stands_higher(self):
        worse, better = parse(nps_chart([month(1, 50, 0, 50), month(2, 10, 0, 90)], name="nps")).iter(f"{SVG}circle")
        assert float(better.get("cy")) < float(worse.get("cy"))
        assert float(better.get("cx")) > float(worse.get("cx"))

    def test_ticks_are_round_and_signed(self):
        ticks = [text for text in texts(nps_chart([month(1, 50, 0, 50)], name="nps")) if text[-1].isdigit()]
        assert ticks == ["\N{MINUS SIGN}20", "\N{MINUS SIGN}10", "0", "+10", "+20", "2026"]

    def test_months_are_named_and_the_year_stands_where_it_begins(self):
        rows = [month(11, 5, 5, 20, year=2025), month(12, 5, 5, 20, year=2025), month(1, 5, 5, 20)]
        assert [text for text in texts(nps_chart(rows, name="nps")) if text[0] not in "+0"] == [
            "Nov",
            "2025",
            "Dec",
            "Jan",
            "2026",
        ]

    def test_many_weeks_do_not_write_over_each_other(self):
        rows = [
            NpsRow(f"2026-W{week:02}", f"2026-W{week:02}", Nps(5, 5, 20), date(2026, 1, 5), date(2026, 1, 11))
            for week in range(1, 53)
        ]
        assert sum(text.startswith("w ") for text in texts(nps_chart(rows, name="nps"))) <= 13

    def test_without_answers_there_is_no_chart(self):
        assert nps_chart([month(1), month(2)], name="nps") == ""
        assert nps_chart([], name="nps") == ""

    def test_a_name_is_text_whatever_it_says(self):
        row = NpsRow(
            "2026-W01", '<script>alert(1)</script>" onload="x', Nps(5, 5, 20), date(2026, 1, 1), date(2026, 1, 4)
        )
        svg = nps_chart([row], name='x" onload="alert(1)')
        assert "<script" not in svg
        assert not [element for element in every_part(svg) if element.get("onload")]

    def test_a_decimal_comma_does_not_reach_the_coordinates(self):
        with translation.override("sv"):
            svg = nps_chart(YEAR, name="nps")
        for circle in parse(svg).iter(f"{SVG}circle"):
            float(circle.get("cx"))


class TestScoreLine:
    def test_each_score_is_written_and_has_the_colour_of_its_category(self):
        svg = score_line(SCORES, name="scores")
        assert texts(svg) == ["9", "8", "2"]
        assert [mark.get("fill") for mark in parse(svg).iter(f"{SVG}circle")] == [
            "var(--promoter)",
            "var(--passive)",
            "var(--detractor)",
        ]
        assert parse(svg).find(f"{SVG}title").text == "Scores: 9, 8, 2"
        assert "2 on 19 Nov 2026" in svg

    def test_ten_stands_above_zero_and_both_inside(self):
        high, low = parse(score_line([Given(10, "promoter"), Given(0, "detractor")], name="s")).iter(f"{SVG}circle")
        assert 6 <= float(high.get("cy")) < float(low.get("cy")) <= 78

    def test_one_score_is_a_dot_without_a_line(self):
        svg = score_line(SCORES[:1], name="s")
        assert not list(parse(svg).iter(f"{SVG}polyline"))
        assert texts(svg) == ["9"]

    def test_a_long_story_shows_its_latest_part(self):
        svg = score_line(
            [Given(score % 11, "detractor" if score % 11 < 7 else "passive") for score in range(7)] * 5, name="s"
        )
        assert len(texts(svg)) == 12

    def test_nobody_answered_is_no_picture(self):
        assert score_line([], name="s") == ""
