"""create_user and create_api_key."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from loop import api_keys
from loop.models import ApiKey, User
from tests import factories

pytestmark = pytest.mark.django_db


class TestCreateUser:
    def test_prints_the_link_to_choose_a_password_by(self, capsys):
        call_command("create_user", "anna@loop.example", "--role", "lead", "--team", "North", "--name", "Anna Berg")

        anna = User.objects.get()
        assert (anna.email, anna.role, anna.name) == ("anna@loop.example", "lead", "Anna Berg")
        assert [team.name for team in anna.teams.all()] == ["North"]
        told = capsys.readouterr()
        assert told.out.startswith("http://testserver/password/")
        assert "North" in told.err

    def test_takes_a_password_and_then_prints_nothing(self, capsys, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{factories.PASSWORD}\n"))
        call_command("create_user", "anna@loop.example", "--role", "agent", "--password-stdin")

        assert User.objects.get().check_password(factories.PASSWORD)
        assert capsys.readouterr().out == ""

    @pytest.mark.parametrize("typed", ["", "\n", "12345\n"])
    def test_refuses_a_password_that_is_none(self, monkeypatch, typed):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(CommandError):
            call_command("create_user", "anna@loop.example", "--role", "agent", "--password-stdin")
        assert not User.objects.exists()

    @pytest.mark.parametrize("words", [["anna", "--role", "agent"], ["anna@loop.example", "--role", "boss"]])
    def test_says_what_is_wrong(self, words):
        with pytest.raises(CommandError, match="is not a"):
            call_command("create_user", *words)


class TestCreateApiKey:
    def test_prints_the_key_and_nothing_else(self, capsys):
        call_command("create_api_key", "Survey tool", "--scope", "write", "--scope", "read")

        told = capsys.readouterr()
        key = api_keys.verify(told.out.strip(), now=timezone.now())
        assert (key.name, key.scopes) == ("Survey tool", ["read", "write"])
        assert told.out.count("\n") == 1
        assert told.err == ""

    def test_without_scopes_hands_in_and_reads(self, capsys):
        call_command("create_api_key", "Survey tool")

        assert ApiKey.objects.get().scopes == ["ingest", "read"]

    @pytest.mark.parametrize("words", [["Tool", "--scope", "root"], [" "], ["x" * 101]])
    def test_says_what_is_wrong(self, words):
        with pytest.raises(CommandError, match="A key needs"):
            call_command("create_api_key", *words)
        assert not ApiKey.objects.exists()
