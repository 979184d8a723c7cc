"""Does `manage.py nps` count what stands in a file or a list, without a database?"""

from __future__ import annotations

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def nps(capsys, monkeypatch, tmp_path):
    """Run the command on a text, by name or on standard input, and return what it prints."""

    def run(text: str | bytes, *options: str, by_name: bool = False) -> str:
        data = text.encode() if isinstance(text, str) else text
        name = "-"
        if by_name:
            name = str(tmp_path / "answers.csv")
            (tmp_path / "answers.csv").write_bytes(data)
        else:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        call_command("nps", name, *options)
        return str(capsys.readouterr().out)

    return run


class TestList:
    def test_on_standard_input_is_one_score_a_line(self, nps):
        assert json.loads(nps("9\n10\n\n8,5\n3\n", "--json")) == {
            "n": 3,
            "promoter": 2,
            "passive": 0,
            "detractor": 1,
            "nps": 33.3333,
            "interval": [-51.3332, 84.6665],
            "invalid": 1,
            "blank": 1,
        }

    def test_may_come_from_excel(self, nps):
        assert json.loads(nps("9\r\n10\r\n".encode("utf-16"), "--json"))["n"] == 2
        assert json.loads(nps("\ufeff9\r\n10\r\n", "--json", by_name=True))["n"] == 2

    def test_of_nothing_is_no_answers_rather_than_zero(self, nps):
        assert json.loads(nps("", "--json"))["nps"] is None
        assert json.loads(nps("\n\n", "--json")) | {"n": 0, "interval": None, "blank": 2} == json.loads(
            nps("\n\n", "--json")
        )
        assert nps("").startswith("No answers.")

    def test_asked_from_one_refuses_a_zero(self, nps):
        counted = json.loads(nps("0\n1\n10\n", "--json", "--scale", "1-10"))
        assert (counted["n"], counted["detractor"], counted["invalid"]) == (2, 1, 1)


class TestFile:
    def test_has_its_column_recognised(self, nps):
        out = nps("id;Hur troligt är det att du rekommenderar oss?\n1;9\n2;3\n3;\n", by_name=True)
        assert out.startswith("NPS +0.00 (95% interval -")
        assert "2 answers: 1 promoters, 0 passives, 1 detractors; 1 blank, 0 invalid." in out

    def test_may_be_told_its_column_also_on_standard_input(self, nps):
        assert json.loads(nps("a,b\n9,1\n", "--json", "--column", "b", by_name=True))["detractor"] == 1
        assert json.loads(nps("a,b\n9,1\n", "--json", "--column", "a"))["promoter"] == 1

    def test_counts_rows_that_are_cut_short_as_invalid(self, nps):
        counted = json.loads(nps('score,comment\n9,x\n8\n3,"never closed\n7,y\n', "--json", by_name=True))
        assert (counted["n"], counted["invalid"]) == (2, 2)

    def test_that_is_unclear_is_refused_with_the_way_to_say_it(self, nps):
        with pytest.raises(CommandError, match="Say which one it is: --column NAME"):
            nps("a,b\n9,1\n", by_name=True)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [(["/no/such/file"], "No such file"), (["-", "--scale", "1-5"], "0-10 or 1-10")],
    )
    def test_and_other_mistakes_are_told(self, arguments, message):
        with pytest.raises(CommandError, match=message):
            call_command("nps", *arguments)

    def test_that_is_empty_is_refused(self, nps):
        with pytest.raises(CommandError, match="The file is empty"):
            nps("", by_name=True)
