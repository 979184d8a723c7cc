"""Where Loop has recognised something wrongly in a file, Ada corrects it, and sees at once how it is read then."""

import re

import pytest

from feedback.models import Response
from tests import factories
from tests.loop.uploading import (
    correct,
    import_it,
    latest,
    press,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


class TestCorrecting:
    def test_an_unclear_column_is_chosen_by_hand(self, ada):
        page = upload(ada, "How likely are you to recommend us?,How likely are you to recommend Bo?\n9,3\n")
        assert "Several columns could be the score" in page.text
        assert "Import" not in re.findall(r'<button class="btn primary">([^<]*)', page.text)

        page = correct(ada, field_score="2")

        assert latest().found["columns"] == {"score": 2}
        import_it(ada)
        assert Response.objects.get().score == 3

    def test_beside_an_unclear_column_the_clear_ones_are_kept(self, ada):
        upload(
            ada,
            "How likely are you to recommend us?,How likely are you to recommend Bo?,E-mail,Response ID,Submitted at\n"
            "9,3,bo@fjord.example,a-1,2026-11-01 08:51\n",
        )
        correct(ada, field_score="2")
        import_it(ada)
        answer = Response.objects.get()
        assert (answer.score, answer.external_id, answer.contact.email) == (3, "a-1", "bo@fjord.example")
        assert answer.responded_at.day == 1

    def test_a_corrected_column_stays_corrected_when_something_else_is_corrected(self, ada):
        upload(ada, "score,score 2,comment\n9,3,Hej\n")
        correct(ada, field_score="2")
        page = correct(ada, follow_up="none")
        assert latest().found["columns"]["score"] == 2
        assert "Import 1 row" in page.text
        import_it(ada)
        assert Response.objects.get().score == 3

    def test_a_column_called_by_a_number_is_not_taken_for_the_one_of_that_place(self, ada):
        upload(ada, "2,score,1\nx,9,y\n")
        correct(ada, field_score="2", field_comment="3")
        import_it(ada)
        assert Response.objects.get().comment == "y"

    @pytest.mark.parametrize(("name", "label"), [("mac-roman", "Mac OS Roman"), ("cp850", "DOS 850")])
    def test_the_letters_of_old_programs_wait_for_somebody_to_say_which_they_are(self, ada, name, label):
        page = upload(ada, "score;comment\n3;Fel på åtta följder, blåbär\n".encode(name))
        assert "You can say under “Correct it” how it is written." in page.text
        page = correct(ada, encoding=name)
        assert f"<dd>{label}</dd>" in page.text
        import_it(ada)
        assert Response.objects.get().comment == "Fel på åtta följder, blåbär"

    def test_letters_that_were_taken_for_others(self, ada):
        assert "³adnie" in upload(ada, "score;comment\n9;ładnie\n".encode("cp1250")).text
        assert "ładnie" in correct(ada, encoding="cp1250").text

    def test_bytes_that_are_no_letters_then_are_named(self, ada):
        upload(ada, "score;comment\n9;på\n".encode("cp1252"))
        assert (
            "Bytes that are no letters in UTF-8, shown as �: line 2 (byte 0xe5)." in correct(ada, encoding="utf-8").text
        )

    def test_an_encoding_it_cannot_have_is_told_and_corrected_again(self, ada):
        upload(ada)
        assert "The file is not valid UTF-16" in correct(ada, encoding="utf-16").text
        assert "Import 2 rows" in correct(ada, encoding="").text

    def test_what_parts_the_columns(self, ada):
        upload(ada, "score|what; was, there;too\n3|a;b,c;d\n")
        assert latest().found["delimiter"] == ";"
        correct(ada, delimiter="|", encoding="utf-8")
        assert latest().found["columns"] == {"score": 1}
        correct(ada, field_comment="2")
        assert latest().found["delimiter"] == "|"
        import_it(ada)
        assert Response.objects.get().comment == "a;b,c;d"

    def test_a_workbook_has_neither(self, ada):
        from tests.feedback.importing.test_workbook import xlsx

        page = upload(ada, xlsx(["score"], [9]))
        assert ("XLSX" in page.text, 'name="encoding"' in page.text) == (True, False)

    def test_the_order_of_the_dates_and_their_zone(self, ada):
        upload(ada)
        page = correct(ada, dates="month-first", zone="UTC", field_score="1")
        assert "2026-01-11 08:51" in page.text
        import_it(ada)
        assert Response.objects.get(score=3).responded_at.isoformat() == "2026-01-11T08:51:00+00:00"

    def test_another_survey(self, ada):
        upload(ada)
        correct(ada, survey=factories.survey("product").pk)
        import_it(ada)
        assert {answer.survey.key for answer in Response.objects.all()} == {"product"}

    def test_one_column_cannot_be_two_things(self, ada):
        upload(ada)
        page = correct(ada, field_comment="1")
        assert page.status_code == 400
        assert "One column cannot be both" in page.text

    def test_of_two_who_correct_it_the_slower_one_is_told(self, ada):
        upload(ada)
        stale = latest()
        correct(ada, dates="month-first")
        page = press(ada, "start", stale)
        assert "Somebody else was faster" in page.text
        assert latest().state == "checked"
