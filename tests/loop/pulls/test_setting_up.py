"""Who sets up what is fetched, and what is refused? At the door, on the pages, by the command."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from feedback.editing import ChangedMeanwhile, Edit
from loop import access, sweeping
from loop.models import FilePull
from loop.pulls import folder, rhythm, setting_up
from loop.pulls.setting_up import PullRefused
from tests import factories
from tests.factories import NOW
from tests.loop.pulls.conftest import facts, fetch, pull_of
from tests.loop.uploading import CUSTOMERS, latest, upload
from tests.people import browser

pytestmark = pytest.mark.django_db

URL = "https://crm.example.com/export.csv"


def edit(people, version=None):
    return Edit(people.admin.email, NOW, version)


class TestTheDoor:
    @pytest.mark.parametrize("role", ["agent", "lead", "leader"])
    def test_is_open_to_administrators_alone(self, people, role):
        who, pull = getattr(people, role), pull_of(people.admin, where=URL)
        for step in (
            lambda: setting_up.create(facts(where=URL), actor=who, now=NOW),
            lambda: setting_up.change(pull, facts(where=URL), actor=who, edit=Edit(who.email, NOW)),
            lambda: setting_up.switch(pull, on=False, actor=who, edit=Edit(who.email, NOW)),
            lambda: setting_up.ask_now(pull, actor=who, now=NOW),
            lambda: setting_up.delete(pull, actor=who),
        ):
            with pytest.raises(access.NotAllowed):
                step()

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"where": "http://crm.example.com/x"}, "url"),
            ({"where": "https://127.0.0.1/x"}, "url"),
            ({"where": "https://[::1]/x"}, "url"),
            ({"where": "https://user:pass@crm.example.com/x"}, "url"),
            ({"where": "file:///etc/passwd"}, "url"),
            ({"where": "https://crm.example.com:22/x"}, "url"),
            ({"where": ""}, "url"),
            ({"where": URL, "sign_in": "token"}, "secret"),
            ({"where": URL, "sign_in": "token", "secret": "a\r\nX: y"}, "secret"),
            ({"where": URL, "sign_in": "token", "secret": "å"}, "secret"),
            ({"where": URL, "sign_in": "basic", "secret": "x"}, "username"),
            ({"where": URL, "name": " "}, "name"),
            ({"where": URL, "survey": None}, "survey"),
            ({"where": URL, "rhythm": "often"}, "rhythm"),
            ({"where": URL, "hour": 24}, "rhythm"),
            ({"place": "moon", "where": "x"}, "place"),
            *(
                ({"place": "folder", "where": path}, "path")
                for path in ("", "/etc/passwd", "../secret", "a/../b", "a//b", "./a", "a\\b", "a/", "*/a.csv", "a\x00b")
            ),
        ],
    )
    def test_refuses(self, people, said, field):
        with pytest.raises(PullRefused) as refused:
            setting_up.create(facts(**said), actor=people.admin, now=NOW)
        assert refused.value.field == field
        assert not FilePull.objects.exists()

    def test_a_secret_goes_to_no_other_server_than_it_was_given_for(self, people):
        pull = pull_of(people.admin, where=URL, sign_in="token", secret="tok-1")
        moved = facts(where="https://other.example.com/export.csv", sign_in="token")
        with pytest.raises(PullRefused) as refused:
            setting_up.change(pull, moved, actor=people.admin, edit=edit(people))
        assert refused.value.field == "secret"
        kept = facts(where="https://crm.example.com/other.csv", sign_in="token")
        changed = setting_up.change(pull, kept, actor=people.admin, edit=edit(people))
        assert setting_up.secret_of(changed) == "tok-1"

    def test_a_secret_goes_when_it_is_not_asked_for_any_more(self, people):
        pull = pull_of(people.admin, where=URL, sign_in="token", secret="tok-1")
        assert setting_up.change(pull, facts(where=URL), actor=people.admin, edit=edit(people)).secret == ""

    def test_two_who_change_it_do_not_overwrite_each_other(self, people):
        pull = pull_of(people.admin, where=URL)
        setting_up.change(pull, facts(where=URL), actor=people.admin, edit=edit(people, 1))
        with pytest.raises(ChangedMeanwhile):
            setting_up.switch(pull, on=False, actor=people.admin, edit=edit(people, 1))

    def test_what_is_paused_is_fetched_by_hand_alone(self, people, drop):
        pull = pull_of(people.admin, "folder", "a-*.csv")
        paused = setting_up.switch(pull, on=False, actor=people.admin, edit=edit(people))
        FilePull.objects.update(due_at=NOW)
        fetch()
        assert not paused.runs.exists()
        setting_up.ask_now(paused, actor=people.admin, now=NOW)
        fetch()
        assert paused.runs.get().asked_by == people.admin


class TestTheRhythm:
    @pytest.mark.parametrize(
        ("said", "after", "then"),
        [
            ({"rhythm": "hourly"}, (2026, 11, 27, 9, 59), (2026, 11, 27, 10, 0)),
            ({"rhythm": "hourly"}, (2026, 11, 27, 10, 0), (2026, 11, 27, 11, 0)),
            ({"rhythm": "daily"}, (2026, 11, 27, 3, 59), (2026, 11, 27, 4, 0)),  # six in Helsinki
            ({"rhythm": "daily"}, (2026, 11, 27, 4, 0), (2026, 11, 28, 4, 0)),
            ({"rhythm": "daily"}, (2026, 7, 27, 4, 0), (2026, 7, 28, 3, 0)),
            ({"rhythm": "daily", "hour": 3}, (2027, 3, 27, 12, 0), (2027, 3, 28, 1, 0)),  # an hour that is left out
            ({"rhythm": "weekly", "weekday": 0}, (2026, 11, 27, 9, 0), (2026, 11, 30, 4, 0)),
            ({"rhythm": "weekly", "weekday": 4}, (2026, 11, 27, 9, 0), (2026, 12, 4, 4, 0)),
        ],
    )
    def test_is_of_the_installations_zone(self, settings, said, after, then):
        settings.TIME_ZONE = "Europe/Helsinki"
        said = {"hour": 6, "weekday": 0, **said}
        assert rhythm.next_due(**said, after=datetime(*after, tzinfo=UTC)) == datetime(*then, tzinfo=UTC)


class TestThePages:
    @pytest.fixture
    def ada(self, people):
        return browser(people.admin)

    def sent(self, **more):
        said = {
            "name": "SuperOffice", "place": "folder", "path": "crm/*.csv", "rhythm": "weekly", "weekday": "2",
            "hour": "5", "field_account": "Firma",
        }  # fmt: skip
        return {**said, **more}

    def test_an_empty_list_says_what_will_be_here(self, ada):
        page = ada.get(reverse("pulls")).text
        assert "No file is fetched yet" in page
        assert reverse("pull-new", args=["customers"]) in page

    def test_one_is_set_up_changed_fetched_paused_and_deleted(self, ada, people, drop):
        page = ada.post(reverse("pull-new", args=["customers"]), self.sent(), follow=True)
        pull = FilePull.objects.get()
        assert (pull.choices, pull.weekday, pull.set_up_by) == ({"named": {"account": "Firma"}}, 2, people.admin)
        assert "Not fetched yet" in page.text

        sent = {**self.sent(name="CRM", field_account=""), "version": pull.version}
        assert "CRM" in ada.post(reverse("pull-change", args=[pull.pk]), sent, follow=True).text
        assert ada.post(reverse("pull-change", args=[pull.pk]), sent).status_code == 409

        (drop / "crm").mkdir()
        (drop / "crm" / "a.csv").write_text(CUSTOMERS)
        ada.post(reverse("pull-now", args=[pull.pk]))
        later = factories.later(days=900)  # the file was written just now, by the clock of the machine
        fetch(later)
        page = ada.get(reverse("pull", args=[pull.pk])).text
        assert "a.csv" in page
        assert "SuperOffice" not in page
        assert "CRM" in ada.get(reverse("import", args=[latest().pk])).text
        assert "imported" in ada.get(reverse("pulls")).text.lower()

        version = FilePull.objects.get().version
        ada.post(reverse("pull-switch", args=[pull.pk]), {"to": "off", "version": version})
        assert not FilePull.objects.get().is_active
        ada.post(reverse("pull-delete", args=[pull.pk]))
        assert not FilePull.objects.exists()
        assert latest().state == "done"

    def test_what_is_refused_stands_at_its_field_and_keeps_what_was_typed(self, ada):
        page = ada.post(reverse("pull-new", args=["customers"]), self.sent(path="../x"))
        assert page.status_code == 400
        assert "without “..”" in page.text
        assert "Firma" in page.text

    def test_a_secret_is_never_shown(self, ada, people):
        pull = pull_of(people.admin, where=URL, sign_in="basic", username="loop", secret="tok-1")
        for name in ("pull", "pull-change"):
            page = ada.get(reverse(name, args=[pull.pk])).text
            assert "tok-1" not in page
            assert pull.secret not in page

    def test_what_goes_wrong_is_said_where_an_administrator_looks(self, ada, people):
        pull = pull_of(people.admin, "folder", "crm/customers.csv", kind="customers")
        fetch()
        assert "1 needs you" in ada.get(reverse("setup")).text
        assert "needs you" in ada.get(reverse("pulls")).text
        assert "“crm” is not there" in ada.get(reverse("pull", args=[pull.pk])).text

    def test_one_may_begin_with_what_was_said_about_an_import(self, ada):
        upload(ada, "betyg;ord\n3;fel\n")
        one = latest()
        one.choices = {"columns": {"score": 1}, "of_columns": 2, "follow_up": "none"}
        one.save()
        page = ada.get(reverse("pull-new", args=["answers"]) + f"?like={one.pk}")
        assert page.context["form"]["field_score"].value() == "betyg"
        assert page.context["form"]["follow_up"].value() == "none"


class TestTheCommand:
    def told(self, *args):
        out = StringIO()
        call_command("pull_files", *args, stdout=out)
        return out.getvalue()

    def test_lists_and_fetches(self, people, crm):
        assert "No file is fetched regularly" in self.told()
        pull = pull_of(people.admin, where=crm.url)
        assert "not fetched yet" in self.told()
        assert "imported: answers.csv: 2 rows good, 1 not usable" in self.told("--now", "SuperOffice")
        assert "unchanged" in self.told("--now", str(pull.pk))
        assert "last " in self.told()

    def test_says_what_went_wrong(self, people, crm):
        pull_of(people.admin, where=crm.url)
        crm.status = 500
        with pytest.raises(CommandError, match="HTTP 500"):
            self.told("--now", "SuperOffice")
        with pytest.raises(CommandError, match="There is no such file"):
            self.told("--now", "Nothing")


def test_one_sweep_brings_a_file_in_without_a_broker(people, crm):
    pull = pull_of(people.admin, where=crm.url)
    done = sweeping.run_all(now=NOW)
    assert (done["fetch_files"], done["follow_fetched"]) == (1, 1)
    assert pull.runs.get().outcome == "imported"


def test_a_pattern_is_told_from_a_name():
    assert folder.is_pattern("a/b-*.csv")
    assert not folder.is_pattern("a/b.csv")
