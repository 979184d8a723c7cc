"""POST imports/{id}/{step}/ and pulls/{id}/fetch/: are files started, stopped and fetched by call as by the page?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feedback.models import Response
from loop.imports import steps, work
from loop.models import FilePull, FilePullRun, ImportKind, PullOutcome, Role, User
from tests import factories
from tests.architecture import urls
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def checked(people):
    """A file of one answer that was looked through and waits for a word."""
    file = SimpleUploadedFile("answers.csv", b"score,comment\n9,Good\neleven,Bad\n")
    one = steps.upload(file, kind=ImportKind.ANSWERS, survey=factories.survey(), actor=people.admin, now=factories.NOW)
    work.go_on(one.pk, one.state, now=factories.NOW)
    return one


def test_an_import_is_told_with_what_would_be_refused(admin_key, checked):
    said = admin_key.get(f"imports/{checked.pk}/").json()

    assert said["state"] == "checked"
    assert said["counts"]["rejected"] == 1
    assert [one["lines"] for one in said["reasons"] if one["kind"] == "error"] == [[3]]
    assert said["uploaded_by"] == "ada@loop.example"


def test_a_key_starts_an_import_and_its_name_stands_in_the_story(admin_key, checked):
    said = admin_key.post(f"imports/{checked.pk}/start/").json()
    work.go_on(checked.pk, "running", now=factories.NOW)
    told = admin_key.get(f"imports/{checked.pk}/").json()

    assert said["state"] == "running"
    assert told["state"] == "done"
    assert Response.objects.get().score == 9
    assert ("running", None, "key for admin") in [(one["state"], one["actor"], one["via"]) for one in told["story"]]


def test_a_step_its_state_forbids_is_a_conflict(admin_key, checked):
    said = admin_key.post(f"imports/{checked.pk}/resume/")

    assert said.status_code == 409
    assert said.json()["state"] == "checked"
    assert checked.events.count() == 2


def test_a_stale_version_is_a_conflict(admin_key, checked):
    assert admin_key.post(f"imports/{checked.pk}/discard/", {"version": checked.version + 7}).status_code == 409
    assert admin_key.get(f"imports/{checked.pk}/").json()["state"] == "checked"


def test_a_person_who_looked_before_a_key_took_a_step_is_told(admin_key, people, checked):
    seen = checked.version
    admin_key.post(f"imports/{checked.pk}/start/")
    admin_key.post(f"imports/{checked.pk}/stop/")

    assert signed_in(people.admin).post(f"imports/{checked.pk}/discard/", {"version": seen}).status_code == 409


@pytest.mark.parametrize("step", ["start", "stop", "resume", "discard"])
def test_only_administrators_take_steps(people, checked, step):
    for person in (people.agent, people.lead, people.leader):
        assert signed_in(person).post(f"imports/{checked.pk}/{step}/").status_code == 403


class TestFetching:
    @pytest.fixture
    def pull(self, people):
        return urls.regular_file(people.admin)

    def test_a_key_asks_in_the_name_of_whoever_set_it_up(self, admin_key, people, pull):
        said = admin_key.post(f"pulls/{pull.pk}/fetch/")
        pull.refresh_from_db()

        assert said.status_code == 202
        assert pull.asked_by == people.admin
        assert pull.due_at > factories.NOW

    def test_waits_for_what_is_under_way(self, admin_key, pull):
        FilePullRun.objects.create(pull=pull, at=factories.NOW, outcome=PullOutcome.UNDER_WAY)

        assert admin_key.post(f"pulls/{pull.pk}/fetch/").status_code == 409
        assert FilePull.objects.get(pk=pull.pk).asked_by is None

    def test_in_the_name_of_nobody_who_may_is_a_conflict_that_says_so(self, admin_key, people, pull):
        User.objects.filter(pk=people.admin.pk).update(role=Role.AGENT)
        said = admin_key.post(f"pulls/{pull.pk}/fetch/")

        assert said.status_code == 409
        assert "is no administrator any more" in said.json()["detail"]

    def test_is_for_administrators(self, people, read, pull):
        for caller in (signed_in(people.lead), signed_in(people.leader), read):
            assert caller.post(f"pulls/{pull.pk}/fetch/").status_code == 403
