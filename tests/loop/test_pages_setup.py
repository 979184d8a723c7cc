"""Setup: who may, and how a CRM's export is looked at before it changes anything."""

import io
import os
import stat

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from feedback.models import Account
from loop import forms
from loop.models import AccountOwner
from loop.views import uploads

pytestmark = pytest.mark.django_db

CSV = """Customer number,Company,Name,E-mail,Owner
K1,Holmgren AB,Karin Holmgren,karin@holmgren.example,anna@loop.example
K2,Nyqvist AB,Nils Nyqvist,not-an-address,anna@loop.example
"""


@pytest.fixture(autouse=True)
def _own_home(tmp_path, settings):
    settings.LOOP_HOME = tmp_path


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client, text=CSV, name="crm.csv"):
    file = io.BytesIO(text.encode())
    file.name = name
    return client.post(reverse("accounts-import"), {"file": file})


def confirm(client, page):
    return client.post(reverse("accounts-import"), {"ticket": page.context["ticket"], "name": "crm.csv"})


@pytest.mark.parametrize("address", ["setup", "accounts-import"])
@pytest.mark.parametrize(("name", "status"), [("agent", 403), ("lead", 403), ("leader", 403), ("admin", 200)])
def test_only_administrators_set_up(people, name, status, address):
    assert browser(getattr(people, name)).get(reverse(address)).status_code == status


class TestLookingAtAFile:
    def test_tells_what_would_change_and_changes_nothing(self, people):
        page = upload(browser(people.admin))

        assert page.status_code == 200
        assert "What “crm.csv” would change" in page.text
        assert "not-an-address" in page.text
        assert page.context["found"].accounts_created >= 1
        assert not Account.objects.exists()

    def test_the_waiting_file_is_for_nobody_else_on_the_machine(self, people):
        ticket = upload(browser(people.admin)).context["ticket"]
        path = uploads.find(ticket, people.admin)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_a_file_that_is_no_table_is_refused_and_not_kept(self, people):
        page = upload(browser(people.admin), "\x00\x01\x02 not a table")

        assert page.status_code == 400
        assert "errorlist" in page.text
        assert list((settings.LOOP_HOME / "uploads").iterdir()) == []

    def test_without_a_file_it_says_so(self, people):
        page = browser(people.admin).post(reverse("accounts-import"))

        assert page.status_code == 400
        assert "Choose a file." in page.text

    def test_a_file_too_large_for_the_page_names_the_command(self, people, monkeypatch):
        monkeypatch.setattr(forms, "UPLOAD_LIMIT", 10)

        assert "manage.py import_accounts" in upload(browser(people.admin)).text

    def test_names_from_the_file_are_text(self, people):
        page = upload(browser(people.admin), CSV.replace("not-an-address", "<script>alert(1)</script>"))

        assert "<script>alert" not in page.text


class TestConfirming:
    def test_imports_what_was_looked_at_and_removes_the_file(self, people):
        client = browser(people.admin)
        page = upload(client)

        done = confirm(client, page)

        assert "What “crm.csv” changed" in done.text
        assert AccountOwner.objects.get(account__external_id="K1").user == people.agent
        assert uploads.find(page.context["ticket"], people.admin) is None

    def test_twice_says_that_it_is_done(self, people):
        client = browser(people.admin)
        page = upload(client)
        confirm(client, page)

        again = client.post(
            reverse("accounts-import"), {"ticket": page.context["ticket"], "name": "crm.csv"}, follow=True
        )

        assert "was imported already" in again.text

    def test_another_administrator_cannot_confirm_it(self, people):
        page = upload(browser(people.admin))
        people.other_lead.role = "admin"
        people.other_lead.save(update_fields=["role"])

        confirm(browser(people.other_lead), page)

        assert not Account.objects.exists()

    @pytest.mark.parametrize("ticket", ["../../secret_key", "x" * 32, "", "..", "%2e%2e"])
    def test_a_ticket_that_was_never_given_finds_nothing(self, people, ticket):
        assert uploads.find(ticket, people.admin) is None


def test_files_nobody_confirmed_are_gone_after_a_day(people, tmp_path):
    client = browser(people.admin)
    old = uploads.find(upload(client).context["ticket"], people.admin)
    yesterday = old.stat().st_mtime - uploads.KEPT_FOR - 60
    os.utime(old, (yesterday, yesterday))
    upload(client)

    assert not old.exists()
