"""A backup from before an erasure is restored: whoever was erased is erased again, and nobody else."""

from io import StringIO

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command

from feedback.models import Contact
from feedback.models.response import Response
from loop import data_requests, erased_list, sweeping
from loop.models import DataRequest, Wanted
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def kept_list(settings, tmp_path):
    settings.ERASED_LIST = tmp_path / "erased"
    return settings.ERASED_LIST


@pytest.fixture
def eva(people) -> Contact:
    account = factories.account("Nordlys AS", owner=people.agent)
    return factories.contact("Evangelina", account=account, email="evangelina@nordlys.example")


@pytest.fixture
def tove(eva) -> Contact:
    return factories.contact("Tove", account=eva.account, email="tove@nordlys.example")


def erase(people, contact, now=NOW) -> None:
    request = data_requests.note(contact, Wanted.ERASURE, actor=people.admin, now=now)
    data_requests.erase(request.pk, actor=people.admin, now=now)


class Backup:
    """What the row of a contact and of her answers were, to be put back as a restored backup does."""

    def __init__(self, contact: Contact) -> None:
        answers = Response.objects.filter(contact=contact)
        self.rows = serializers.serialize("json", [contact, *answers])

    def restore(self) -> None:
        DataRequest.objects.all().delete()
        for row in serializers.deserialize("json", self.rows):
            row.save()


class TestARestoredBackup:
    def test_is_erased_again_by_one_sweep(self, people, eva, tove):
        factories.response(3, contact=eva, comment="Narwhal came late.")
        backup = Backup(Contact.objects.get(pk=eva.pk))
        erase(people, eva)
        backup.restore()
        assert Contact.objects.get(pk=eva.pk).name == "Evangelina"
        sweeping.run_all(now=later(days=1))
        assert Contact.objects.get(pk=eva.pk).name == ""
        assert Response.objects.get(contact=eva).comment == ""
        assert Contact.objects.get(pk=tove.pk).name == "Tove"
        request = DataRequest.objects.get()
        assert (request.answer, request.answered_by) == ("done", None)

    def test_is_not_erased_again_twice(self, people, eva):
        backup = Backup(Contact.objects.get(pk=eva.pk))
        erase(people, eva)
        backup.restore()
        assert erased_list.mind(now=later(days=1)) == 1
        assert erased_list.mind(now=later(days=2)) == 0
        assert DataRequest.objects.count() == 1

    def test_erases_nobody_who_got_the_number_of_a_row_since(self, people, eva):
        erase(people, eva)
        DataRequest.objects.all().delete()
        Contact.objects.filter(pk=eva.pk).update(erased_at=None, name="Somebody new", created_at=later(days=3))
        assert erased_list.mind(now=later(days=4)) == 0
        assert Contact.objects.get(pk=eva.pk).name == "Somebody new"

    def test_of_before_the_key_was_changed_is_known_by_the_old_one(self, people, eva, settings):
        backup = Backup(Contact.objects.get(pk=eva.pk))
        erase(people, eva)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
        backup.restore()
        assert erased_list.mind(now=later(days=1)) == 1

    def test_brings_back_nobody_who_answered_without_a_name(self, people):
        case = factories.response(2, respondent_name="Zanzibar", respondent_email="z@x.example").case
        request = DataRequest.objects.create(case=case, wanted=Wanted.ERASURE, asked_at=NOW)
        backup = serializers.serialize("json", [case.response])
        data_requests.erase(request.pk, actor=people.admin, now=NOW)
        for row in serializers.deserialize("json", backup):
            row.save()
        DataRequest.objects.all().delete()
        assert erased_list.mind(now=later(days=1)) == 1
        assert Response.objects.get().respondent_name == ""


class TestTheList:
    def test_is_written_with_the_erasure_and_names_nobody(self, people, eva, kept_list):
        erase(people, eva)
        (line,) = kept_list.read_text().split()
        assert line == erased_list.fingerprint(eva)
        assert len(line) == 64

    def test_of_an_erasure_that_was_undone_has_no_line(self, people, eva, kept_list, monkeypatch):
        monkeypatch.setattr("loop.favours.erase", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase(people, eva)
        assert not kept_list.exists()

    def test_that_was_lost_is_written_anew(self, people, eva, kept_list):
        erase(people, eva)
        kept_list.unlink()
        erased_list.mind(now=later(days=1))
        assert erased_list.kept() == {erased_list.fingerprint(eva)}

    def test_that_cannot_be_written_does_not_keep_the_erasure(self, people, eva, settings, tmp_path):
        settings.ERASED_LIST = tmp_path / "nowhere" / "erased"
        erase(people, eva)
        assert Contact.objects.get(pk=eva.pk).name == ""

    def test_is_printed_and_taken_back_by_the_command(self, people, eva, kept_list, tmp_path, settings):
        backup = Backup(Contact.objects.get(pk=eva.pk))
        erase(people, eva)
        call_command("erased", stdout=(printed := StringIO()))
        (tmp_path / "elsewhere").write_text(printed.getvalue())
        kept_list.unlink()
        backup.restore()
        call_command("erased", again=str(tmp_path / "elsewhere"), stdout=(said := StringIO()))
        assert said.getvalue() == "1 erased again\n"
        assert Contact.objects.get(pk=eva.pk).name == ""

    def test_that_is_none_is_refused_whole(self, eva, tmp_path):
        (tmp_path / "odd").write_text(f"{erased_list.fingerprint(eva)}\nevangelina@nordlys.example\n")
        with pytest.raises(CommandError, match="Nothing was erased"):
            call_command("erased", again=str(tmp_path / "odd"))
        assert Contact.objects.get(pk=eva.pk).name == "Evangelina"
