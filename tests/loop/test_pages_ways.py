"""The pages on which Ada makes, sees and switches off the ways to ask; Lena reads them."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import contacts, survey_links, widget_identity, wording
from feedback.models import SurveyLink
from tests import factories
from tests.feedback.doors import path, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(people):
    client = Client()
    client.force_login(people.admin)
    return client


@pytest.fixture
def lena(people):
    client = Client()
    client.force_login(people.leader)
    return client


def add(browser, kind, **facts):
    address = reverse("survey-way-add", args=[factories.survey().pk, kind])
    return browser.post(address, {"name": "The counter in Malmö", **facts}, follow=True)


def ways(browser):
    return browser.get(reverse("survey-ways", args=[factories.survey().pk])).content.decode()


class TestMaking:
    @pytest.mark.parametrize("kind", ["open", "kiosk"])
    def test_a_link_shows_its_address_and_code(self, ada, kind):
        page = add(ada, kind, language="sv", expires_on="2030-01-31").content.decode()
        link = SurveyLink.objects.get()
        assert (link.kind, link.language, link.expires_at.isoformat()) == (kind, "sv", "2030-01-31T23:00:00+00:00")
        assert survey_links.address(link) in page
        assert '<svg class="qr"' in page
        assert "QR code of The counter in Malmö" in page

    def test_a_widget_keeps_its_sites_and_shows_no_secret(self, ada):
        page = add(ada, "widget", allowed_origins="https://a.example\nhttps://B.example/").content.decode()
        link = SurveyLink.objects.get()
        assert link.allowed_origins == ["https://a.example", "https://b.example"]
        assert f'data-survey="{survey_links.token(link)}"' in page
        assert widget_identity.secret(link) not in page

    def test_what_is_wrong_is_told_in_the_form_that_was_sent(self, ada):
        page = add(ada, "widget", allowed_origins="app.example.com")
        assert page.status_code == 400
        text = page.content.decode()
        assert "“app.example.com” is not a site such as https://app.example.com." in text.replace("&quot;", '"')
        assert text.count("errorlist") == 1
        assert add(ada, "open", expires_on="2020-01-01").status_code == 400
        assert add(ada, "fax").status_code == 404
        assert not SurveyLink.objects.exists()

    def test_links_for_mails_are_made_once(self, ada):
        add(ada, "mail")
        assert "Make links for your own mails" not in ways(ada)
        assert add(ada, "mail").status_code == 400

    def test_is_not_offered_of_a_survey_that_is_not_in_use_or_that_cases_send(self, ada):
        survey = factories.survey("product")
        survey.is_active = False
        survey.save()
        for shown in (survey, factories.survey("recovery")):
            page = ada.get(reverse("survey-ways", args=[shown.pk])).content.decode()
            assert "Make it" not in page


class TestSeeing:
    def test_all_of_them_with_how_they_are_used(self, ada):
        link = standing("open", name="The poster")
        factories.response(9, source=link.source, external_id="a")
        off = standing("kiosk", name="The old counter")
        SurveyLink.objects.filter(pk=off.pk).update(is_active=False)
        page = ways(ada)
        assert "The poster" in page
        assert "1 answer" in page
        assert "The old counter" in page
        assert '<span class="chip ">off</span>' in page

    def test_leadership_reads_and_changes_nothing(self, lena):
        link = standing("widget")
        page = lena.get(reverse("survey-link", args=[link.pk])).content.decode()
        assert "Make a new secret" not in page
        assert "Save the settings" not in page
        assert "Make it" not in ways(lena)

    def test_a_poster_in_the_language_of_the_link(self, lena):
        link = standing("kiosk", language="sv")
        page = lena.get(reverse("survey-link-poster", args=[link.pk])).content.decode()
        assert 'lang="sv"' in page
        assert wording.words(link.survey, "sv").question in page
        assert survey_links.address(link) in page

    def test_the_pages_of_other_kinds_are_not_there(self, ada):
        widget, mail = standing("widget"), standing("mail")
        for name, link in (
            ("survey-link-poster", widget),
            ("survey-link-try", mail),
            ("survey-link-contacts", widget),
        ):
            assert ada.get(reverse(name, args=[link.pk])).status_code == 404
        assert ada.post(reverse("survey-link-secret", args=[mail.pk])).status_code == 404

    def test_a_link_made_with_a_lost_key_says_so(self, ada, settings):
        link = standing("open")
        ada.get(reverse("survey-link", args=[link.pk]))
        SurveyLink.objects.filter(pk=link.pk).update(token_hash="of another key")
        assert "SECRET_KEY_FALLBACKS" in ada.get(reverse("survey-link", args=[link.pk])).content.decode()


class TestChanging:
    def test_switches_it_off_and_on(self, ada):
        link = standing("open")
        change = reverse("survey-link-change", args=[link.pk])
        ada.post(change, {"name": "Malmö"})
        assert Client().get(path(link)).status_code == 410
        ada.post(change, {"name": "Malmö, first floor", "is_active": "on"})
        assert Client().get(path(link)).status_code == 200
        assert SurveyLink.objects.get().name == "Malmö, first floor"

    def test_keeps_the_sites_of_a_widget_when_it_is_refused(self, ada):
        link = standing("widget")
        page = ada.post(
            reverse("survey-link-change", args=[link.pk]), {"name": "", "allowed_origins": "https://c.example"}
        )
        assert page.status_code == 400
        assert SurveyLink.objects.get().allowed_origins == link.allowed_origins

    def test_a_secret_is_shown_once_and_ends_the_one_before(self, ada):
        link = standing("widget")
        before = widget_identity.secret(link)
        page = ada.post(reverse("survey-link-secret", args=[link.pk]))
        secret = widget_identity.secret(SurveyLink.objects.get())
        assert secret != before
        assert len(secret) == 43
        assert secret in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]
        assert secret not in ada.get(reverse("survey-link", args=[link.pk])).content.decode()
        assert secret not in str(SurveyLink.objects.values().get())


class TestASecondAdministrator:
    def test_who_looked_before_a_new_secret_was_made_does_not_end_it_unseen(self, ada):
        link = standing("widget")
        ada.post(reverse("survey-link-secret", args=[link.pk]), {"version": link.version})
        first = widget_identity.secret(SurveyLink.objects.get())
        page = ada.post(reverse("survey-link-secret", args=[link.pk]), {"version": link.version})
        assert page.status_code == 409
        assert widget_identity.secret(SurveyLink.objects.get()) == first
        assert first not in page.content.decode()


class TestLinksForMails:
    @pytest.fixture
    def link(self):
        return standing("mail")

    def rows(self, browser, link):
        answer = browser.get(reverse("survey-link-contacts", args=[link.pk]))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="links-relational.csv"'
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_leave_as_a_file_a_spreadsheet_runs_nothing_of(self, ada, link):
        eva = factories.contact("Eva", external_id="C-1")
        factories.contact("Bo", external_id='=HYPERLINK("x")')
        rows = self.rows(ada, link)
        assert rows[0] == ["external_id", "email", "link"]
        assert rows[1] == ["C-1", eva.email, survey_links.address_for(link, "relational", "C-1")]
        assert rows[2][0] == '\'=HYPERLINK("x")'

    def test_work_as_they_stand_in_the_file(self, ada, link):
        factories.contact("Eva", external_id="C/1 & co?")
        address = self.rows(ada, link)[1][2]
        assert "This link is for Eva." in Client().get("/" + address.split("/", 3)[3]).content.decode()

    def test_of_one_contact_are_shown(self, ada, link):
        factories.contact("Eva", external_id="C-1")
        page = reverse("survey-link", args=[link.pk])
        assert survey_links.address_for(link, "relational", "C-1") in ada.get(page, {"contact": "C-1"}).content.decode()
        assert "No contact has this external id." in ada.get(page, {"contact": "C-9"}).content.decode()

    def test_are_not_for_leadership(self, lena, link):
        factories.contact("Eva", external_id="C-1")
        shown = lena.get(reverse("survey-link", args=[link.pk]), {"contact": "C-1"}).content.decode()
        assert survey_links.address_for(link, "relational", "C-1") not in shown


def test_the_trial_page_shows_the_widget_as_a_host_would(ada):
    link = standing("widget")
    page = ada.get(reverse("survey-link-try", args=[link.pk])).content.decode()
    assert 'src="/w/loop.js"' in page
    assert f'data-survey="{survey_links.token(link)}"' in page
    assert 'data-contact="loop:trial"' in page


def test_the_link_of_a_contact_who_wants_no_surveys_is_not_shown(ada):
    link, eva = standing("mail"), factories.contact("Eva", external_id="C-1")
    page = f"{reverse('survey-link', args=[link.pk])}?contact=C-1"
    assert survey_links.address_for(link, link.survey.key, "C-1") in ada.get(page).content.decode()
    contacts.opt_out(eva, now=timezone.now())
    assert "This contact wants no surveys" in ada.get(page).content.decode()
