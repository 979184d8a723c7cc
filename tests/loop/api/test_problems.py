"""How is a refusal told? As problem details, whatever was sent; never as an error of ours."""

import json

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def assert_problem(said, status):
    assert said.status_code == status, said.content
    assert said["Content-Type"] == "application/problem+json"
    body = said.json()
    assert body["status"] == status
    assert {"type", "title", "status", "detail"} <= set(body)
    return body


class TestABody:
    @pytest.mark.parametrize(
        "raw",
        [
            b"{",
            b"{'score': 3}",
            b'{"score": NaN}',
            b'{"score": -Infinity}',
            b'{"score": ' + b"9" * 5000 + b"}",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"\xff\xfe{\x00}\x00",
            b'{"comment": "\xe5"}',
            '{"score": 3}'.encode("utf-16"),
            b"\x00",
            b" ",
        ],
        ids=lambda raw: repr(raw[:20]),
    )
    def test_that_is_no_json_is_refused(self, ingest, raw):
        problem = assert_problem(ingest.send("responses/", raw), 400)

        assert list(problem["errors"]) == ["body"]

    @pytest.mark.parametrize("value", [None, [], "text", 7, True, 1.5, [{}], [[]]], ids=repr)
    def test_that_is_no_object_is_refused(self, ingest, value):
        assert_problem(ingest.send("responses/", json.dumps(value).encode()), 400)

    def test_may_begin_with_a_byte_order_mark(self, ingest, ingrid):
        raw = json.dumps({"contact": ingrid.external_id, "score": 3}).encode("utf-8-sig")

        assert ingest.send("responses/", raw).status_code == 201

    @pytest.mark.parametrize("path", ["responses/", "responses/bulk/"])
    @pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "large"}])
    def test_of_more_than_five_megabytes_is_refused(self, ingest, path, headers):
        raw = b'{"comment": "' + b"x" * (5 * 1024 * 1024) + b'"}'
        said = ingest.client.generic("POST", f"/api/v1/{path}", raw, content_type="application/json", headers=headers)

        assert_problem(said, 413)

    @pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"])
    def test_of_another_kind_is_refused(self, ingest, kind):
        assert_problem(ingest.send("responses/", b"score=3", kind), 415)

    @pytest.mark.parametrize("charset", ["utf-16", "bz2_codec", "nonsense"])
    def test_is_utf_8_whatever_is_said(self, ingest, ingrid, charset):
        raw = json.dumps({"contact": ingrid.external_id, "score": 3}).encode()

        assert ingest.send("responses/", raw, f"application/json; charset={charset}").status_code == 201

    @pytest.mark.parametrize("field", ["comment", "survey", "contact", "source", "responded_at", "score", "\\ud800"])
    def test_with_half_a_character_is_refused(self, ingest, ingrid, field):
        raw = f'{{"contact": "{ingrid.external_id}", "score": 3, "{field}": "a \\udfff b"}}'.encode()

        assert len(assert_problem(ingest.send("responses/", raw), 400)["errors"]) == 1

    def test_with_thousands_of_unknown_fields_is_answered_briefly(self, ingest):
        said = ingest.post("responses/", {"x" * 1000 + str(number): 1 for number in range(3000)})

        assert_problem(said, 400)
        assert len(said.content) < 100_000

    def test_with_a_script_in_a_comment_is_just_text(self, ingest, read, ingrid):
        script = "<script>alert(1)</script>"
        said = ingest.post("responses/", {"contact": ingrid.external_id, "score": 3, "comment": script})

        assert read.get(f"cases/{said.json()['case']['id']}/").json()["comment"] == script


class TestAnAddress:
    @pytest.mark.parametrize("path", ["", "nonsense/", "responses", "cases/1", "cases/1/delete/", "a\nb", "%00", "é/"])
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
    def test_that_is_no_call_is_not_found(self, admin_key, method, path):
        said = admin_key.client.generic(method, f"/api/v1/{path}", b"{}", content_type="application/json")

        assert_problem(said, 404)

    def test_takes_any_accept_header(self, read):
        assert read.client.get("/api/v1/me/", headers={"Accept": "text/html"}).status_code == 200


def test_a_fault_of_ours_is_a_problem_too_and_tells_nothing(ingest, ingrid, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("password is swordfish")

    monkeypatch.setattr("loop.api.views.responses.take", broken)
    ingest.client.raise_request_exception = False
    said = ingest.post("responses/", {"contact": ingrid.external_id, "score": 3})

    assert_problem(said, 500)
    assert "swordfish" not in said.content.decode()
    assert "swordfish" in caplog.text


def test_messages_follow_the_language_of_the_caller(read):
    said = read.client.get("/api/v1/cases/", {"page_size": 0}, headers={"Accept-Language": "sv"})

    assert_problem(said, 400)


def test_a_case_that_is_gone_meanwhile_is_not_found(write, monkeypatch):
    case = factories.case()
    monkeypatch.setattr("loop.api.views.steps.get_object_or_404", lambda cases, pk: case)

    assert_problem(write.post("cases/999999/note/", {"note": "Hi."}), 404)
