"""Does what is damaged on its way end in one clear message, with nothing written?"""

import hashlib
import json
import shutil
import zipfile

import pytest
from django.core.management import CommandError

from loop.models import User
from loop.whole import MANIFEST
from tests import factories
from tests.loop.whole.test_whole import empty, give, take

pytestmark = pytest.mark.django_db(transaction=True)

CASES = "loop_case.jsonl"
DEEP = b"[" * 100_000


def rewritten(folder, name, content):
    """Another content of a file, which the manifest says is right: only its lines can tell."""
    (folder / name).write_bytes(content)
    told = json.loads((folder / MANIFEST).read_bytes())
    rows = content.count(b"\n")
    told["tables"][name] = {"rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(told), encoding="utf-8")


def line_with(folder, **more):
    told = json.loads((folder / CASES).read_bytes().splitlines()[0])
    return json.dumps({**told, **more}).encode() + b"\n"


ARCHIVES = {
    "cut short": (lambda whole: whole[: len(whole) // 2], "cannot be read"),
    "cut to nothing": (lambda whole: b"", "cannot be read"),
    "no archive": (lambda whole: b"PK\x03\x04" + b"x" * 500, "cannot be read"),
    "with its middle gone": (lambda whole: whole[:2000] + whole[4000:], "cannot be read|is damaged|is missing"),
    "with bytes turned round": (
        lambda whole: whole[:1000] + bytes(255 - each for each in whole[1000:1400]) + whole[1400:],
        "cannot be read|is damaged|is missing|is not what was written",
    ),
}
MANIFESTS = {
    "no JSON": b"{",
    "a list": b"[1]",
    "a number": b"7",
    "no text": b"\xff\xfe\x00",
    "too deep": DEEP,
    "tables of a number": b'{"format": 1, "tables": 7, "migrations": {}}',
    "a table of a word": b'{"format": 1, "tables": {"loop_case.jsonl": "x"}, "migrations": {}}',
    "migrations of a number": b'{"format": 1, "tables": {}, "migrations": {"loop": 7}}',
}
LINES = {
    "half a line": lambda folder: b'{"id": 1, "sta\n',
    "no object": lambda folder: b"[]\n",
    "no text": lambda folder: b"\xff\xfe\n",
    "too deep": lambda folder: DEEP + b"\n",
    "a column that is not known": lambda folder: line_with(folder, colour="red"),
    "a word for a number": lambda folder: line_with(folder, version="many"),
    "a number no column takes": lambda folder: line_with(folder, version=10**30),
    "a list for a text": lambda folder: line_with(folder, state=["new"]),
    "no moment": lambda folder: line_with(folder, opened_at="yesterday"),
    "a state that is none": lambda folder: line_with(folder, state="lost"),
}


class TestDamaged:
    @pytest.fixture
    def folder(self, people, tmp_path):
        factories.case(3, owner=people.agent)
        return give(tmp_path, "given")

    def refused(self, path, words):
        empty()
        with pytest.raises(CommandError, match=words) as told:
            take(path)
        assert str(told.value).endswith("Nothing was imported.")
        assert "\n" not in str(told.value)
        assert not User.objects.exists()

    def test_archives(self, folder, tmp_path):
        whole = tmp_path / "whole.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in sorted(folder.iterdir()):
                archive.write(one, one.name)
        for name, (damage, words) in ARCHIVES.items():
            path = tmp_path / f"{name}.zip"
            path.write_bytes(damage(whole.read_bytes()))
            self.refused(path, words)

    def test_manifests(self, folder):
        for content in MANIFESTS.values():
            (folder / MANIFEST).write_bytes(content)
            self.refused(folder, "none that Loop wrote")

    def test_lines(self, folder, tmp_path):
        for name, make in LINES.items():
            copy = tmp_path / name
            shutil.copytree(folder, copy)
            rewritten(copy, CASES, make(copy))
            self.refused(copy, "no row of this table|does not know|The database refuses")

    def test_a_table_by_another_name(self, folder):
        (folder / CASES).rename(folder / "loop_cases.jsonl")
        self.refused(folder, "loop_case.jsonl is missing")
