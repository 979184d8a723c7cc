"""How do tests bring in a file by the page, as Ada does?"""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from loop import import_forms
from loop.imports import files, work
from loop.models import FileImport
from tests import factories
from tests.factories import NOW
from tests.people import browser

ANSWERS = (
    "score;comment;email;namn;företag;tidsstämpel\n"
    "3;Fel faktura;asa@nordmat.example;Åsa Öberg;Nordmåt AB;01/11/2026 08:51\n"
    "9;Bra;bo@fjord.example;Bo Ek;Fjord AS;01/11/2026 09:51\n"
    "11;;kari@fjord.example;Kari;Fjord AS;02/11/2026 09:51\n"
    "NA;;x@fjord.example;X;Fjord AS;02/11/2026 09:51\n"
)
CUSTOMERS = (
    "Customer number,Company,Name,E-mail,Owner,No mailings\n"
    "K1,Holmgren AB,Karin Holmgren,karin@holmgren.example,anna@loop.example,\n"
    "K2,Nyqvist AB,Nils Nyqvist,nils@nyqvist.example,Gone Person,yes\n"
)


@pytest.fixture
def own_home(tmp_path, settings):
    """What is uploaded is kept in a folder of this test's."""
    settings.LOOP_HOME = tmp_path


@pytest.fixture
def ada(people):
    """Her browser; she runs Loop."""
    return browser(people.admin)


def upload(client, text=ANSWERS, *, name="svar.csv", kind="answers", survey="relational"):
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    sent = {"file": file, "kind": kind, "survey": factories.survey(survey).pk}
    return client.post(reverse("imports"), sent, follow=True)


def latest() -> FileImport:
    return FileImport.objects.latest("pk")


def press(client, step, one=None, **more):
    one = one or latest()
    sent = {"version": one.version, **more}
    return client.post(reverse(f"import-{step}", args=[one.pk]), sent, follow=True)


def correct(client, **said):
    """Send the form of corrections as the page shows it, but for what is said."""
    one = latest()
    form = import_forms.ImportChoicesForm(one=one, columns=files.seen(one)["columns"])
    shown = {name: form.initial.get(name, "") for name in form.fields}
    sent = {name: value for name, value in {**shown, **said}.items() if value not in (False, None)}
    return client.post(reverse("import-choose", args=[one.pk]), sent, follow=True)


def import_it(client):
    press(client, "start")
    work.work(now=NOW)
    return client.get(reverse("import", args=[latest().pk]))


def result(client) -> list[list[str]]:
    told = client.get(reverse("import-result", args=[latest().pk]))
    assert told.status_code == 200
    content = b"".join(told.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))
