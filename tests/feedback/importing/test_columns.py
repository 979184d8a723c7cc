"""Is each column taken for what it is, and nothing guessed where two would do?"""

from __future__ import annotations

import re

import pytest

from feedback.importing import UnusableFile
from feedback.importing.columns import Unclear
from tests.feedback.importing.reading import understand
from tests.feedback.importing.test_table import ALCHEMER, GOOGLE, LEGACY_QUALTRICS, QUALTRICS, SURVEYMONKEY, TYPEFORM


def mapping(text: str, **said: str) -> dict[str, str]:
    return {field: column for column, field in understand(text, said=said).mapping.items()}


class TestScoreColumn:
    @pytest.mark.parametrize(
        "question",
        [
            "NPS",
            "Score",
            "Likely-To-Recommend",
            "recommendation_score",
            "How likely are you to recommend us to a colleague?",
            "Hur troligt är det att du skulle rekommendera oss?",
            "Hvor sannsynlig er det at du vil anbefale oss?",
            "Hvor sandsynligt er det, at du vil anbefale os?",
            "Kuinka todennäköisesti suosittelisit meitä?",
            "On a scale of 0-10, how would you rate us?",
            "Betyg",
        ],
    )
    def test_is_recognised_by_its_question_in_five_languages(self, question):
        assert mapping(f'Avdelning,"{question}",Antal\nA,9,3\nB,10,40\n')["score"] == question

    @pytest.mark.parametrize("export", [QUALTRICS, LEGACY_QUALTRICS, SURVEYMONKEY, TYPEFORM, ALCHEMER, GOOGLE])
    def test_is_recognised_in_the_export_of_every_tool(self, export):
        assert re.search("re[ck]ommend|^Q1$", mapping(export)["score"])

    def test_is_not_the_yes_or_no_beside_it(self):
        text = "Would you recommend us?,How likely are you to recommend us?\n1,9\n0,3\n"
        assert mapping(text)["score"] == "How likely are you to recommend us?"
        with pytest.raises(Unclear):
            understand("Would you recommend us?\n1\n0\n")

    def test_is_not_the_group_a_tool_worked_out_of_it(self):
        assert mapping("NPS,NPS_GROUP,NPS category\n9,3,3\n3,1,1\n")["score"] == "NPS"

    def test_named_outright_is_taken_even_when_every_row_is_faulty_so_that_each_can_be_reported(self):
        assert mapping("score,comment\n8.5,x\neleven,y\n")["score"] == "score"

    def test_of_several_ratings_is_the_one_followed_by_why(self):
        text = "Rate the food 0-10,Rate us 0-10,Why?,Rate the room 0-10\n9,8,x,7\n"
        assert mapping(text)["score"] == "Rate us 0-10"

    def test_is_not_guessed_among_equals_and_the_refusal_names_them(self):
        with pytest.raises(
            Unclear, match="Several columns could be the score: “Rate the food 0-10”, “Rate us 0-10”"
        ) as error:
            understand("Rate the food 0-10,Rate us 0-10\n9,8\n")
        assert error.value.field == "score"

    def test_that_is_missing_is_asked_for_with_the_columns_there_are(self):
        with pytest.raises(Unclear, match=r"No column looks like the score\..*“Fruit”, “Colour”"):
            understand("Fruit,Colour\nApple,Red\n")

    def test_can_be_said(self):
        assert mapping("a,b\n9,x\n", a="score", b="comment") == {"score": "a", "comment": "b"}


class TestOtherColumns:
    def test_are_recognised_by_their_names(self):
        text = (
            "score,comment,email,name,company,customer number,responded_at,external_id,contact_id,phone,language,"
            "wants_callback\n"
            "3,x,asa@nordmat.example,Åsa,Nordmåt,10001,2026-11-01,abc,c1,+46,sv,yes\n"
        )
        found = mapping(text)
        assert found["account"] == "company"
        assert found["account_id"] == "customer number"
        assert found["contact"] == "contact_id"
        assert len(found) == 12

    def test_qualtrics_own_fields_are_known(self):
        found = mapping(QUALTRICS)
        assert (found["responded_at"], found["external_id"], found["email"]) == (
            "RecordedDate", "ResponseId", "RecipientEmail",
        )  # fmt: skip
        assert (found["comment"], found["status"]) == ("Q2", "Status")

    def test_the_comment_is_the_why_beside_the_score_and_otherwise_the_only_one(self):
        assert (
            mapping("nps,Varför gav du det betyget?,Why so early?\n9,x,y\n")["comment"] == "Varför gav du det betyget?"
        )
        assert mapping("nps,City,Hvorfor?\n9,Oslo,y\n")["comment"] == "Hvorfor?"
        with pytest.raises(Unclear, match="could be the comment"):
            understand("nps,City,Why A?,Why B?\n9,Oslo,y,z\n")

    @pytest.mark.parametrize("name", ["id", "#", "Response ID"])
    def test_a_row_number_is_not_the_id_of_an_answer(self, name):
        assert "external_id" not in mapping(f"{name},score\n1,9\n2,8\n")
        assert mapping("external_id,score\n1,9\n2,8\n")["external_id"] == "external_id"

    def test_an_id_is_used_where_it_is_one(self):
        assert mapping("Respondent ID,score\n114000000001,9\n114000000002,8\n")["external_id"] == "Respondent ID"
        assert mapping("id,score\na8f3-12cd-99,9\na8f3-12cd-77,8\n")["external_id"] == "id"

    def test_a_contact_column_with_names_in_it_is_no_contact_id(self):
        assert "contact" not in mapping("score,contact\n9,Åsa Öberg\n3,Bo Ek\n")

    def test_two_columns_of_the_same_name_are_not_guessed_between(self):
        with pytest.raises(Unclear, match=r"could be the e-mail \(email\)"):
            understand("score,Email,E-mail,email\n9,a@b.se,,c@d.se\n")


class TestWhatAPersonSays:
    def test_wins_over_recognition_and_can_leave_a_column_out(self):
        found = mapping("nps,score,comment\n9,3,x\n", score="score", comment="ignore")
        assert found == {"score": "score"}

    def test_may_be_the_number_of_a_column(self):
        assert mapping("other,other\nx,9\n", **{"2": "score"})["score"] == "other"

    def test_needs_the_number_where_names_repeat(self):
        with pytest.raises(UnusableFile, match="Several columns are called “Other”: number 1, 2"):
            understand("Other,Other,score\nx,y,9\n", said={"Other": "comment"})

    def test_about_an_unknown_column_or_field_is_refused_with_those_there_are(self):
        with pytest.raises(UnusableFile, match=r"There is no column “nope”\. The columns are: “score”"):
            understand("score\n9\n", said={"nope": "score"})
        with pytest.raises(UnusableFile, match=r"There is no field “rating”\. Fields are: score, comment"):
            understand("score\n9\n", said={"score": "rating"})
        with pytest.raises(UnusableFile, match="Two columns are mapped to the field “score”"):
            understand("a,b\n9,9\n", said={"a": "score", "b": "score"})
