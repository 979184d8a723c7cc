"""The Python client in docs/client: is it made of the description as it is, typed, and does it work with a server?"""

import importlib.util
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from feedback.models import Response
from loop.imports import work
from loop.models import Case
from tests import factories
from tests.client import making
from tests.loop.api.conftest import make_key

live = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def client():
    """The committed file, as a program would import it."""
    spec = importlib.util.spec_from_file_location("loop_client", making.CLIENT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["loop_client"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["loop_client"]


@pytest.fixture
def loop(client, live_server, people, settings, tmp_path):
    """Calls the server of this test with a key that may all."""
    settings.LOOP_HOME = tmp_path
    return client.Loop(live_server.url, make_key("admin")[1])


class TestTheFile:
    def test_is_what_the_description_makes(self):
        assert making.CLIENT.read_text(encoding="utf-8") == making.made(), "python -m tests.client.making"

    def test_has_a_method_for_every_call(self, client):
        calls = [call for methods in making.description()["paths"].values() for call in methods.values()]

        assert len(calls) > 100
        assert [call["operationId"] for call in calls if not hasattr(client.Loop, call["operationId"])] == []

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("program", "said"),
        [
            ('loop.post_response({"contact": "C-1", "score": 3})["category"]', "Success"),
            ('loop.post_response({"contact": "C-1"})', 'Missing key "score"'),
            ('loop.list_cases(state="lost")', "incompatible type"),
            ('loop.get_case(1)["colour"]', 'no key "colour"'),
        ],
    )
    def test_passes_a_strict_type_check_and_so_does_what_is_right_alone(self, tmp_path, program, said):
        (tmp_path / "loop_client.py").write_bytes(making.CLIENT.read_bytes())
        lines = ["from loop_client import Loop", 'loop = Loop("https://loop.example.com", "key")', program]
        (tmp_path / "program.py").write_text("\n".join(lines))
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "loop_client.py", "program.py"]
        told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

        assert said in told
        assert "loop_client.py:" not in told


@live
class TestWithAServer:
    def test_an_answer_opens_a_case_and_all_cases_are_walked_page_by_page(self, loop, people):
        contacts = [factories.contact(account=factories.account(owner=people.agent)) for _nth in range(3)]
        made = [
            loop.post_response({"contact": one.external_id, "score": 2, "comment": "Late."})["case"]["id"]
            for one in contacts
        ]
        pages = list(loop.pages(loop.list_cases(page_size=1, ordering="id")))

        assert [case["id"] for page in pages for case in page["results"]] == made
        assert len(pages) == 3
        assert loop.get_case(made[0])["comment"] == "Late."
        assert loop.note_case(made[0], {"note": "By a program."})["id"] == made[0]
        assert Case.objects.count() == 3

    def test_the_same_key_of_a_call_does_it_once(self, loop, people):
        contact = factories.contact()
        first, again = (
            loop.post_response({"contact": contact.external_id, "score": 9}, idempotency_key="a") for _ in range(2)
        )
        assert first == again
        assert Response.objects.count() == 1

    def test_a_refusal_names_what_is_wrong(self, client, loop):
        contact = factories.contact()
        with pytest.raises(client.LoopProblem) as refused:
            loop.post_response({"contact": contact.external_id, "score": 77})
        assert refused.value.status == 400
        assert set(refused.value.errors) == {"score"}
        with pytest.raises(client.LoopProblem) as refused:
            loop.get_case(999)
        assert refused.value.status == 404

    def test_a_file_is_handed_in_corrected_imported_and_its_result_fetched(self, client, loop):
        text = "score;comment\n9;Bra\nelva;Fel\n"
        one = loop.upload_import(
            {"kind": "answers", "file": client.Upload("svar.csv", text.encode()), "uploaded_by": "ada@loop.example"}
        )
        one = loop.correct_import(one["id"], {"follow_up": "none", "columns": {"comment": None}})
        loop.start_import(one["id"])
        work.work(now=factories.NOW)

        assert Response.objects.get().comment == ""
        assert b"not usable" in loop.get_import_result(one["id"])

    def test_words_python_keeps_for_itself_and_odd_names_are_sent(self, loop, people):
        factories.account("Å/S & Co", owner=people.agent)
        loop.put_account("a/b ø", {"name": "Å/S"})

        assert loop.get_account("a/b ø")["name"] == "Å/S"
        assert loop.report_nps(from_="2026-11-01", to="2026-11-30")["filters"]["from"] == "2026-11-01"

    def test_nothing_comes_back_where_nothing_is_told(self, loop, people):
        absence = factories.away(people.agent, starts_on=factories.later(days=4000).date())

        assert loop.end_absence(absence.pk) is None


class TestTheKey:
    def test_is_not_carried_elsewhere(self, client):
        asked = []

        class Elsewhere(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(302)
                self.send_header("Location", "/somewhere-else/")
                self.end_headers()

            def log_message(self, *_args):
                pass

        with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            with pytest.raises(client.LoopProblem) as refused:
                client.Loop(f"http://127.0.0.1:{server.server_port}", "key").get_me()
            server.shutdown()
            thread.join()

        assert refused.value.status == 302
        assert asked == ["/api/v1/me/"]

    def test_goes_by_http_alone(self, client):
        with pytest.raises(ValueError, match="does not begin with"):
            client.Loop("file:///etc", "key")
