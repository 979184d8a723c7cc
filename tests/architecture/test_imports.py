"""Imports, foreign keys and templates point down: notifications over loop over feedback."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture import sources

LEVEL = {"feedback": 0, "loop": 1, "notifications": 2}


def test_imports_point_down():
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=sources.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    "model", [model for model in apps.get_models() if model._meta.app_label in LEVEL], ids=lambda model: model.__name__
)
def test_foreign_keys_point_down(model):
    own = LEVEL[model._meta.app_label]
    for field in model._meta.get_fields(include_hidden=False):
        if field.is_relation and not field.auto_created and field.related_model is not None:
            other = LEVEL.get(field.related_model._meta.app_label, -1)
            assert other <= own, f"{model.__name__}.{field.name} points up"


def test_feedback_has_no_foreign_key_to_a_person_of_ours():
    pointing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("feedback").get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is apps.get_model("loop", "User")
    ]
    assert pointing == []


def package_of(path: Path) -> str | None:
    """Whose template this is; those beside the packages, such as base.html, are everybody's."""
    parts = path.relative_to(sources.ROOT).parts
    owner = parts[1] if parts[0] == "templates" else parts[0]
    return owner if owner in LEVEL else None


def template_libraries(package: str) -> set[str]:
    return {path.stem for path in sources.files(f"{package}/templatetags", suffix=".py") if path.stem != "__init__"}


@pytest.mark.parametrize("path", sources.templates(), ids=sources.name)
def test_templates_include_and_load_from_below(path):
    owner = package_of(path)
    own = LEVEL[owner] if owner else 1  # the frame of all pages is loop's
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"""{%-?\s*(?:include|extends)\s+["'](\w+)/""", text)
    loaded = {word for words in re.findall(r"{%-?\s*load\s+([\w\s]+?)\s*-?%}", text) for word in words.split()}
    for package, level in LEVEL.items():
        if level > own:
            assert package not in named
            assert not loaded & template_libraries(package)
