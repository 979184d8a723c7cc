"""Standing links: what they may be, where they lead, and who is behind the address in a mail."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback import contacts, survey_links
from feedback.models import Contact, Suppression, SurveyLink
from feedback.origins import UnusableOrigin, clean_origin
from feedback.survey_links import LinkRefused
from tests import factories
from tests.feedback.doors import path, standing

pytestmark = pytest.mark.django_db


def refusal(**details):
    with pytest.raises(LinkRefused) as error:
        standing(**{"kind": "open", **details})
    return error.value.field


class TestMakingOne:
    def test_gives_it_an_address_of_which_only_the_hash_is_stored(self):
        link = standing("open")
        token = survey_links.token(link)
        assert path(link) == f"/o/{token}/"
        assert token not in str(vars(SurveyLink.objects.get()))
        assert survey_links.find(token, "open") == link

    def test_opens_nothing_of_another_kind(self):
        assert survey_links.find(survey_links.token(standing("open")), "kiosk") is None

    @pytest.mark.parametrize(
        ("details", "field"),
        [
            ({"name": "  "}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"language": "xx"}, "language"),
            ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_at"),
            ({"kind": "fax"}, "kind"),
            ({"survey": "recovery"}, "kind"),
            ({"kind": "widget", "allowed_origins": ["app.example.com"]}, "allowed_origins"),
            ({"kind": "widget", "allowed_origins": [f"https://a{n}.example" for n in range(21)]}, "allowed_origins"),
        ],
    )
    def test_refuses_what_it_cannot_be_by_the_name_of_the_field(self, details, field):
        assert refusal(**details) == field
        assert not SurveyLink.objects.exists()

    def test_of_a_survey_that_is_not_in_use_is_refused(self):
        survey = factories.survey()
        survey.is_active = False
        survey.save()
        with pytest.raises(LinkRefused):
            survey_links.create(survey=survey, kind="open", name="Malmö", now=timezone.now())
        assert not SurveyLink.objects.exists()

    def test_for_mails_is_done_once_a_survey(self):
        standing("mail")
        assert refusal(kind="mail") == "kind"
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyLink.objects.create(
                survey=factories.survey(), kind="mail", name="again", token_hash="x", created_at=timezone.now()
            )

    def test_is_undone_by_switching_it_off_and_on_under_the_same_address(self):
        link = standing("open")
        facts = {"name": "Malmö", "language": "sv", "expires_at": None, "now": timezone.now()}
        survey_links.change(link, is_active=False, **facts)
        assert not SurveyLink.objects.get().is_open(timezone.now())
        survey_links.change(link, is_active=True, **facts)
        assert survey_links.find(path(link).split("/")[2], "open").language == "sv"

    def test_survives_a_new_key_while_the_old_one_is_kept(self, settings):
        link, before = standing("open"), settings.SECRET_KEY
        address = path(link)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [before]
        assert path(link) == address


class TestSites:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("https://App.Example.com", "https://app.example.com"),
            (" https://app.example.com/ ", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("https://app.example.com:8443", "https://app.example.com:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ],
    )
    def test_are_kept_as_browsers_write_them(self, written, kept):
        assert clean_origin(written) == kept

    @pytest.mark.parametrize(
        "written",
        [
            "",
            "*",
            "https://*.example.com",
            "https://a.example; script-src *",
            "http://app.example.com",
            "https://app.example.com/page",
            "https://app.example.com?x",
            "https://eva@app.example.com",
            "javascript:alert(1)",
            "null",
            "https://",
            "https://a.example:port",
            "'self'",
        ],
    )
    def test_that_are_none_are_refused(self, written):
        with pytest.raises(UnusableOrigin):
            clean_origin(written)


class TestAnAddressInAMail:
    @pytest.fixture
    def eva(self):
        return factories.contact("Eva", external_id="C/1 & co")

    @pytest.fixture
    def link(self):
        return standing("mail")

    def parts(self, link, contact):
        return survey_links.address_for(link, "relational", contact.external_id).rstrip("/").rpartition("/")[2]

    def test_names_its_contact(self, link, eva):
        found = survey_links.find_embedded("relational", "C/1 & co", self.parts(link, eva))
        assert found == (link, eva)

    def test_is_of_no_other_contact_survey_or_link(self, link, eva):
        bo, other = factories.contact("Bo", external_id="C-2"), standing("mail", survey="product")
        signature = self.parts(link, eva)
        assert survey_links.find_embedded("relational", bo.external_id, signature) is None
        assert survey_links.find_embedded("product", "C/1 & co", signature) is None
        assert survey_links.find_embedded("relational", "C/1 & co", self.parts(other, eva)) is None
        assert survey_links.find_embedded("relational", "C/1 & co", signature[:-1] + "~") is None
        assert survey_links.find_embedded("relational", "C/1 & co", "å" * 22) is None

    def test_lives_on_under_a_new_key(self, link, eva, settings):
        signature, before = self.parts(link, eva), settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [before]
        assert survey_links.find_embedded("relational", "C/1 & co", signature) is not None
        settings.SECRET_KEY_FALLBACKS = []
        assert survey_links.find_embedded("relational", "C/1 & co", signature) is None

    def test_is_given_to_all_who_have_an_id_and_want_to_be_asked(self, link, eva):
        factories.contact("No id", external_id=None)
        silent = factories.contact("Bo", external_id="C-2")
        silent.opted_out_at = timezone.now()
        silent.save()
        rows = list(survey_links.for_mail_merge(link))
        assert [row[:2] for row in rows] == [("C/1 & co", eva.email)]
        assert rows[0][2] == survey_links.address_for(link, "relational", "C/1 & co")

    @pytest.mark.parametrize("reason", ["unsubscribed", "complained", "bounced"])
    def test_is_not_given_where_mail_has_stopped_be_it_at_another_account(self, link, eva, reason):
        elsewhere = factories.contact("E. Lind", email=eva.email, account=factories.account(), external_id="C-9")
        contacts.upsert_contact(external_id="C-9", email="EVA@other.example", now=timezone.now())
        contacts.upsert_contact(external_id="C/1 & co", email="eva@other.example", now=timezone.now())
        assert len(list(survey_links.for_mail_merge(link))) == 2
        Suppression.objects.create(
            address_hash=Contact.objects.get(pk=elsewhere.pk).address_hash, reason=reason, created_at=timezone.now()
        )
        assert list(survey_links.for_mail_merge(link)) == []

    def test_is_not_given_to_who_has_no_address_and_said_no_at_their_number(self, link):
        swedish = {"phone": "070-174 06 05", "email": ""}
        for number in (1, 2):
            factories.contact("Bo", external_id=f"B-{number}", account=factories.account(country="SE"), **swedish)
        contacts.opt_out(Contact.objects.get(external_id="B-1"), now=timezone.now())
        Suppression.objects.get_or_create(
            address_hash=Contact.objects.get(external_id="B-2").mobile_hash,
            defaults={"reason": "unsubscribed", "created_at": timezone.now()},
        )
        assert list(survey_links.for_mail_merge(link)) == []
