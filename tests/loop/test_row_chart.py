"""The picture of rows that are no periods."""

import xml.etree.ElementTree as ET

from feedback.nps import Nps
from feedback.nps_report import NpsRow
from feedback.standing_out import against_others
from loop.row_chart import row_chart

SEGMENTS = {"retail": Nps(5, 20, 40), "finance": Nps(5, 25, 45), "public": Nps(40, 10, 5), "few": Nps(1, 1, 1)}


def drawn(counted=SEGMENTS):
    against = against_others(counted)
    rows = [NpsRow(key, key, nps, against=against.get(key)) for key, nps in counted.items()]
    return row_chart(rows, name="rows")


def test_the_highest_stands_first_and_few_answers_have_no_mark():
    picture = ET.fromstring(drawn())
    names = [text.text for text in picture.iter("text") if text.text in SEGMENTS]
    assert names == ["retail", "finance", "public"]
    assert len(list(picture.iter("circle"))) == 3


def test_what_stands_out_has_a_ring_and_the_others_have_none():
    picture = ET.fromstring(drawn())
    ringed = [circle for circle in picture.iter("circle") if circle.get("stroke") == "var(--ink)"]
    assert len(ringed) == sum(row.stands_out for row in against_others(SEGMENTS).values()) > 0


def test_it_is_told_in_words_too():
    picture = ET.fromstring(drawn())
    described = {picture.get("aria-labelledby").split()[1]: picture.find("desc")}
    assert described["rows-text"].get("id") == "rows-text"
    assert "public: \N{MINUS SIGN}64, between" in described["rows-text"].text


def test_one_row_is_no_comparison():
    assert drawn({"retail": Nps(5, 20, 40), "few": Nps(1, 1, 1)}) == ""


def test_a_name_that_looks_like_markup_is_only_a_name():
    text = drawn({"<script>alert(1)</script>": Nps(5, 20, 40), "retail": Nps(5, 20, 40)})
    assert "<script>" not in text
