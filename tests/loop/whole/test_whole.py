"""Does everything that leaves come back as it was, without a secret, and is what is not whole refused?"""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from feedback import contacts, erasure, responses
from feedback.models import Contact, Invitation, Response
from loop import customer_pages, erased_list, workflow
from loop.models import AccountOwner, ApiKey, Case, User
from loop.whole import MANIFEST, giving, values
from notifications import staff_addresses
from tests import factories
from tests.architecture import urls
from tests.factories import NOW, PASSWORD, later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lived_in(people):
    """A Loop with one of everything an address can point at, and cases that have come through every state."""
    world = urls.world(people)
    factories.resolved_case(contact_name="Åsa =1+1")
    factories.unreached_case()
    factories.held_case()
    promised = factories.contacted_case()
    factories.promised(promised)
    factories.resolve(Case.objects.get(pk=promised.pk), now=later(hours=3))
    again = factories.resolved_case()
    workflow.reopen(case_id=again.pk, reason="Not yet", actor=people.lead, now=later(hours=4))
    ApiKey.objects.create(name="CRM", prefix="abc", secret_hash="5" * 64, created_at=NOW)
    answer = factories.response(9, contact=factories.contact("Ærø 🙂"), comment="\x1b\u2028'=", now=NOW)
    responses.record_response(
        survey=answer.survey,
        contact=answer.contact,
        score=8,
        comment="No",
        corrects=answer,
        source="test",
        now=later(hours=1),
    )
    return world


def give(folder: Path, name: str) -> Path:
    path = folder / name
    call_command("export_all", str(path), stdout=io.StringIO())
    return path


def files(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return {one.name: one.read_bytes() for one in path.iterdir() if one.name != MANIFEST}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != MANIFEST}


def take(path: Path) -> None:
    call_command("import_all", str(path), stdout=io.StringIO())


def empty() -> None:
    call_command("flush", interactive=False, verbosity=0)


def test_everything_comes_back_byte_by_byte_and_goes_on(lived_in, tmp_path, people):
    before = give(tmp_path, "before")
    last = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    empty()
    assert not Case.objects.exists()
    take(before)
    assert files(give(tmp_path, "after.zip")) == files(before)
    assert len([text for text in files(before).values() if text]) > 40
    assert factories.case(2).pk > last  # numbers go on where they were
    with pytest.raises(IntegrityError), transaction.atomic():  # the guards stand as they did
        Case.objects.filter(pk=last).delete()


def test_no_secret_leaves_and_nobody_comes_in_by_one(lived_in, people, tmp_path):
    chat = "https://hooks.slack.com/services/T0AAAAAA/B0AAAAAA/abcdefghijklmnopqrstuvwx"
    address = staff_addresses.save(user=people.agent, channel="chat", said=chat, wanted=[], now=NOW)
    text = b"".join(files(give(tmp_path, "all")).values()).decode()
    page = customer_pages.token_of(lived_in.case.customer_page)
    hashes = [
        *Invitation.objects.values_list("token_hash", flat=True),
        *User.objects.values_list("password", flat=True),
    ]
    assert hashes
    assert [
        secret for secret in (page, PASSWORD, "5" * 64, chat, address.sealed, *hashes) if secret and secret in text
    ] == []
    empty()
    take(tmp_path / "all")
    assert not User.objects.get(pk=people.agent.pk).has_usable_password()
    assert not ApiKey.objects.exists()
    assert customer_pages.token_of(Case.objects.get(pk=lived_in.case.pk).customer_page) == page  # sent links go on


def test_words_of_mails_stay_and_what_opens_a_page_is_cut_out():
    text = 'Go to https://loop.example/s/abcdefghijklmnopqrstuv/ or <a href="https://loop.example/cases/12/">case</a>.'
    assert values.without_links(text) == (
        'Go to https://loop.example/s/…/ or <a href="https://loop.example/cases/12/">case</a>.'
    )
    assert values.without_links("abcdefghijklmnopqrstuvwxyz stays") == "abcdefghijklmnopqrstuvwxyz stays"


class TestRefusals:
    @pytest.fixture
    def given(self, people, tmp_path):
        factories.case(3, owner=people.agent)
        return give(tmp_path, "given")

    def refused(self, path, words):
        with pytest.raises(CommandError, match=words):
            take(path)

    def test_a_loop_that_is_not_empty(self, given):
        before = Case.objects.count()
        self.refused(given, "not empty")
        assert Case.objects.count() == before

    def test_a_file_somebody_has_changed(self, given):
        path = given / "feedback_response.jsonl"
        path.write_bytes(path.read_bytes().replace(b'"score":3', b'"score":9'))
        empty()
        self.refused(given, "feedback_response.jsonl is not what was written")
        assert not Response.objects.exists()

    def test_a_file_that_is_missing(self, given):
        (given / "loop_case.jsonl").unlink()
        empty()
        self.refused(given, "loop_case.jsonl is missing")

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda told: told.update(format=99), "format 99"),
            (lambda told: told["migrations"]["loop"].pop(), "another version of Loop: loop"),
            (lambda told: told["tables"].pop("loop_case.jsonl"), "loop_case.jsonl stands on one side only"),
            (lambda told: told["tables"]["loop_case.jsonl"].update(rows=7), "manifest says otherwise"),
            (lambda told: told.pop("tables"), "none that Loop wrote"),
        ],
    )
    def test_another_manifest(self, given, change, words):
        path = given / MANIFEST
        told = json.loads(path.read_bytes())
        change(told)
        path.write_text(json.dumps(told), encoding="utf-8")
        empty()
        self.refused(given, words)
        assert not User.objects.exists()

    def test_rows_whose_others_are_not_there_leave_nothing_behind(self, given):
        told = json.loads((given / MANIFEST).read_bytes())
        (given / "feedback_response.jsonl").write_bytes(b"")
        told["tables"]["feedback_response.jsonl"] = {
            "rows": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        }  # fmt: skip
        (given / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
        empty()
        self.refused(given, "database refuses")
        assert not User.objects.exists()

    def test_what_is_there_is_not_written_over(self, given):
        with pytest.raises(CommandError, match="is there already"):
            give(given.parent, "given")

    def test_a_place_where_nothing_is(self, tmp_path):
        self.refused(tmp_path / "nowhere", "no folder or archive")


def test_whoever_was_erased_since_is_erased_again(lived_in, tmp_path, settings, people):
    settings.ERASED_LIST = str(tmp_path / "erased")
    gone, _ = contacts.upsert_contact(external_id="gone", email="gone@customer.example", name="Gone", now=NOW)
    path = give(tmp_path, "before.zip")
    erasure.erase(gone, by="", now=later(days=1))
    erased_list.keep()
    empty()
    take(path)
    assert Contact.objects.get(pk=gone.pk).erased_at is not None
    assert not Contact.objects.filter(email="gone@customer.example").exists()


def test_all_of_it_is_as_it_was_at_one_moment(lived_in, tmp_path):
    with giving.one_moment():
        before = AccountOwner.objects.count()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SHOW transaction_isolation")
                assert cursor.fetchone() == ("repeatable read",)
        assert AccountOwner.objects.count() == before
    factories.account(owner=factories.user())  # and who writes afterwards may
