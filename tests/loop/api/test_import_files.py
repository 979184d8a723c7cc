"""POST imports/, PATCH imports/{id}/ and its result/: are files handed in, corrected and fetched as by the page?"""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from feedback.models import Account, Response
from loop import import_forms
from loop.imports import files, work
from loop.models import Case, FileImport
from tests import factories
from tests.loop.api.conftest import make_key, signed_in, with_key
from tests.loop.uploading import ANSWERS, CUSTOMERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]

ADA = "ada@loop.example"


def hand_in(caller, text=ANSWERS, *, name="svar.csv", headers=None, **fields):
    raw = text.encode() if isinstance(text, str) else text
    fields = {"kind": "answers", "uploaded_by": ADA, **fields}
    sent = {name: value for name, value in fields.items() if value is not None}
    body = {**sent, "file": SimpleUploadedFile(name, raw)}
    return caller.client.post("/api/v1/imports/", body, format="multipart", headers=headers or {})


def correct(caller, one, **said):
    return caller.client.patch(f"/api/v1/imports/{one['id']}/", said, format="json")


@pytest.fixture(autouse=True)
def _surveys(people):
    factories.survey("transactional")


class TestHandingIn:
    def test_says_what_was_recognised_and_what_it_would_do_and_stores_nothing(self, admin_key):
        said = hand_in(admin_key)
        told = said.json()

        assert said.status_code == 201
        assert (told["state"], told["filename"], told["survey"]) == ("checked", "svar.csv", "relational")
        assert told["counts"]["accepted"] == 2
        assert told["counts"]["rejected"] == 1
        reading = told["reading"]
        assert reading["column_names"][0] == "score"
        assert reading["columns"]["score"] == 1
        assert (reading["delimiter"], reading["dates"], reading["follow_up"]) == (";", "day-first", "new")
        assert reading["cannot_start"] == ""
        assert not Response.objects.exists()

    def test_by_a_key_bears_its_name_and_that_of_an_administrator(self, admin_key):
        told = hand_in(admin_key).json()

        assert told["uploaded_by"] == ADA
        assert [(one["actor"], one["via"]) for one in told["story"]] == [(None, "key for admin"), (None, "")]

    def test_in_the_browser_is_in_ones_own_name(self, people):
        told = hand_in(signed_in(people.admin), uploaded_by=None).json()

        assert told["uploaded_by"] == ADA
        assert told["story"][0]["actor"] == ADA

    def test_of_customers(self, admin_key):
        told = hand_in(admin_key, CUSTOMERS, name="crm.csv", kind="customers").json()

        assert (told["kind"], told["survey"], told["state"]) == ("customers", None, "checked")
        assert told["reading"]["zone"] is None

    def test_a_large_one_is_looked_through_later(self, admin_key, monkeypatch):
        monkeypatch.setattr("loop.imports.looking.AT_ONCE", 10)
        told = hand_in(admin_key).json()
        assert (told["state"], told["reading"]) == ("uploaded", None)

        work.work(now=factories.NOW)

        assert admin_key.get(f"imports/{told['id']}/").json()["state"] == "checked"

    def test_with_the_same_idempotency_key_it_is_one(self, admin_key):
        first, again = (hand_in(admin_key, headers={"Idempotency-Key": "monday"}) for _ in range(2))

        assert again.json() == first.json()
        assert again["Idempotent-Replayed"] == "true"
        assert FileImport.objects.count() == 1

    def test_with_the_same_idempotency_key_another_file_is_refused(self, admin_key):
        hand_in(admin_key, headers={"Idempotency-Key": "monday"})
        other = hand_in(admin_key, ANSWERS.replace("3;", "4;"), headers={"Idempotency-Key": "monday"})

        assert other.status_code == 422
        assert FileImport.objects.count() == 1

    def test_a_file_larger_than_a_body_of_json_may_be_takes_an_idempotency_key(self, admin_key, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

        assert hand_in(admin_key, headers={"Idempotency-Key": "monday"}).status_code == 201


class TestRefusals:
    def refused(self, caller, *args, **more):
        said = hand_in(caller, *args, **more)
        assert said.status_code == 400, said.content
        assert said["Content-Type"] == "application/problem+json"
        assert not FileImport.objects.exists()
        assert not list(files.folder().iterdir())
        return said.json()["errors"]

    @pytest.mark.parametrize(
        ("fields", "named", "words"),
        [
            ({"kind": "songs"}, "kind", "is not one of"),
            ({"kind": None}, "kind", "required"),
            ({"survey": "none"}, "survey", "There is no survey “none”"),
            ({"colour": "red"}, "colour", "no such field"),
            ({"uploaded_by": None}, "uploaded_by", "in whose name"),
            ({"uploaded_by": "gone@loop.example"}, "uploaded_by", "is no administrator"),
            ({"uploaded_by": "lars@loop.example"}, "uploaded_by", "is no administrator"),
        ],
    )
    def test_name_the_field(self, admin_key, fields, named, words):
        errors = self.refused(admin_key, **fields)

        assert list(errors) == [named]
        assert words in errors[named][0]

    def test_of_what_is_no_table_are_those_of_the_page(self, admin_key):
        assert "file" in self.refused(admin_key, b"\x89PNG\r\n\x1a\n\x00\x00")

    def test_of_an_empty_file(self, admin_key):
        assert self.refused(admin_key, "") == {"file": ["The file is empty."]}

    def test_of_too_large_a_file(self, admin_key, monkeypatch):
        monkeypatch.setattr(import_forms, "UPLOAD_LIMIT", 20)

        assert "Use the command" in self.refused(admin_key)["file"][0]

    def test_without_a_file(self, admin_key):
        said = admin_key.client.post("/api/v1/imports/", {"kind": "answers", "uploaded_by": ADA}, format="multipart")

        assert said.json()["errors"] == {"file": ["Choose a file."]}

    def test_of_json_say_so(self, admin_key):
        assert admin_key.post("imports/", {"kind": "answers"}).status_code == 415

    @pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "x"}])
    def test_of_a_broken_form(self, admin_key, headers):
        said = admin_key.client.generic(
            "POST", "/api/v1/imports/", b"--x\r\nbroken", content_type="multipart/form-data", headers=headers
        )

        assert said.status_code == 400
        assert said["Content-Type"] == "application/problem+json"

    def test_in_the_browser_of_somebody_elses_name(self, people):
        assert "uploaded_by" in self.refused(signed_in(people.admin), uploaded_by="lars@loop.example")


class TestCorrecting:
    @pytest.fixture
    def one(self, admin_key):
        return hand_in(admin_key).json()

    def test_reads_it_again_as_was_said(self, admin_key, one):
        said = correct(
            admin_key, one, survey="transactional", dates="month-first", zone="UTC", follow_up="none",
            all_or_nothing=True, version=one["version"],
        )  # fmt: skip
        told = said.json()

        assert said.status_code == 200, told
        assert (told["state"], told["survey"]) == ("checked", "transactional")
        reading = told["reading"]
        assert (reading["dates"], reading["zone"], reading["follow_up"]) == ("month-first", "UTC", "none")
        assert reading["all_or_nothing"] is True
        assert "All or nothing" in reading["cannot_start"]
        assert ("uploaded", None, "key for admin") in [
            (event["state"], event["actor"], event["via"]) for event in told["story"][2:]
        ]

    def test_a_column_alone_leaves_the_others(self, admin_key, one):
        told = correct(admin_key, one, columns={"comment": None}).json()

        assert "comment" not in told["reading"]["columns"]
        assert told["reading"]["columns"]["score"] == 1
        assert told["reading"]["columns"]["email"] == 3

    def test_what_was_said_before_stays_until_it_is_taken_back(self, admin_key, one):
        correct(admin_key, one, dates="month-first", follow_up="none")
        told = correct(admin_key, one, follow_up="quiet").json()
        assert told["reading"]["dates"] == "month-first"
        assert told["reading"]["follow_up"] == "quiet"

        assert correct(admin_key, one, dates=None).json()["reading"]["dates"] == "day-first"

    @pytest.mark.parametrize(
        ("said", "named"),
        [
            ({"columns": {"comment": 1}}, "columns.comment"),
            ({"columns": {"comment": 99}}, "columns.comment"),
            ({"columns": {"tune": 1}}, "columns.tune"),
            ({"zone": "Mars/Base"}, "zone"),
            ({"survey": "none"}, "survey"),
            ({"dates": "year-first"}, "dates"),
            ({"encoding": "klingon"}, "encoding"),
            ({"all_or_nothing": "yes"}, "all_or_nothing"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_changes(self, admin_key, one, said, named):
        told = correct(admin_key, one, **said)

        assert told.status_code == 400
        assert named in told.json()["errors"]
        assert FileImport.objects.get().version == one["version"]

    def test_a_file_of_customers_has_no_order_of_dates(self, admin_key):
        one = hand_in(admin_key, CUSTOMERS, name="crm.csv", kind="customers").json()

        assert set(correct(admin_key, one, dates="day-first").json()["errors"]) == {"dates"}
        assert correct(admin_key, one, columns={"title": None}).status_code == 200

    def test_a_stale_version_is_a_conflict(self, admin_key, one):
        said = correct(admin_key, one, dates="month-first", version=one["version"] + 5)

        assert said.status_code == 409
        assert said.json()["version"] == one["version"]

    def test_what_is_running_is_not_corrected(self, admin_key, one):
        admin_key.post(f"imports/{one['id']}/start/")
        said = correct(admin_key, one, dates="month-first")

        assert said.status_code == 409
        assert said.json()["state"] == "running"

    def test_of_an_import_that_is_not_there(self, admin_key):
        assert correct(admin_key, {"id": 999}, dates="day-first").status_code == 404


class TestFromTheFileToItsResult:
    def test_answers(self, admin_key):
        one = hand_in(admin_key).json()
        assert admin_key.get(f"imports/{one['id']}/result/").status_code == 404
        admin_key.post(f"imports/{one['id']}/start/")
        work.work(now=factories.NOW)
        said = admin_key.get(f"imports/{one['id']}/result/")
        rows = list(csv.reader(io.StringIO(b"".join(said.streaming_content).decode("utf-8-sig"))))

        assert said["Content-Type"] == "text/csv; charset=utf-8"
        assert "svar-result.csv" in said["Content-Disposition"]
        assert len(rows) == 5
        assert sum("not usable" in row for row in rows) == 1
        assert Response.objects.count() == 2
        assert Case.objects.count() == 1

    def test_customers(self, admin_key):
        one = hand_in(admin_key, CUSTOMERS, name="crm.csv", kind="customers").json()
        admin_key.post(f"imports/{one['id']}/start/")
        work.work(now=factories.NOW)

        assert Account.objects.filter(external_id="K1").exists()
        assert admin_key.get(f"imports/{one['id']}/").json()["reading"] is None


class TestWhoMay:
    def test_of_people_administrators_alone(self, people, admin_key):
        one = hand_in(admin_key).json()
        for person in people:
            if person != people.admin:
                caller = signed_in(person)
                assert hand_in(caller, uploaded_by=None).status_code == 403
                assert correct(caller, one, dates="day-first").status_code == 403
                assert caller.get(f"imports/{one['id']}/result/").status_code == 403
        assert correct(signed_in(people.admin), one, dates="day-first").status_code == 200

    @pytest.mark.parametrize("scope", ["ingest", "read", "write"])
    def test_of_keys_those_with_the_scope_admin(self, scope):
        caller = with_key(make_key(scope)[1])

        assert hand_in(caller).status_code == 403
        assert correct(caller, {"id": 1}).status_code == 403
        assert caller.get("imports/1/result/").status_code == 403

    def test_no_site_hands_a_file_in_by_somebodys_browser(self, people):
        client = APIClient(enforce_csrf_checks=True)
        client.force_login(people.admin)
        file = SimpleUploadedFile("svar.csv", ANSWERS.encode())
        said = client.post("/api/v1/imports/", {"kind": "answers", "file": file}, format="multipart")

        assert said.status_code == 403
        assert not FileImport.objects.exists()
