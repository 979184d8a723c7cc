"""How does the Python client in docs/client come about? From the OpenAPI description, one typed method a call.

`python -m tests.client.making` writes it anew; a test compares what is committed with what would be written.
"""

import keyword
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "docs" / "client" / "loop_client.py"
NEEDS = "from typing import Any, NamedTuple, TypeVar\n"  # what the connection does
TYPING = "from typing import Any, Literal, NamedTuple, NotRequired, TypedDict, TypeVar\n"

HEAD = '''"""A typed Python client of Loop's API. One file, to be copied into a program: it needs Python 3.11 alone.

    loop = Loop("https://loop.example.com", key="...")
    made = loop.post_response({"score": 3, "contact": "C-2001", "comment": "Late again."})
    for page in loop.pages(loop.list_cases(state="new")):
        for case in page["results"]:
            print(case["id"], case["owner"])

What a call refuses comes as `LoopProblem`. Made by `python -m tests.client.making` from the description at
/api/schema/: not to be changed by hand.
"""
'''

Schema = dict[str, Any]


@cache
def description() -> Schema:
    """The OpenAPI description, as /api/schema/ gives it out."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from drf_spectacular.generators import SchemaGenerator

    found: Schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


def made() -> str:
    """The client as it is to be."""
    connection = (Path(__file__).parent / "connection.py").read_text(encoding="utf-8")
    told = connection.partition('"""\n')[2].replace(NEEDS, TYPING)  # without its docstring
    parts = [HEAD, told, *_types(), *_class()]
    ruff = [sys.executable, "-m", "ruff", "format", "--line-length", "120", "--stdin-filename", "client.py", "-"]
    return subprocess.run(ruff, input="\n".join(parts), capture_output=True, check=True, text=True).stdout


def _types() -> Iterator[str]:
    """What goes in and out: words of which there are a few, then what is made of them."""
    schemas: Schema = description()["components"]["schemas"]
    for name, schema in schemas.items():
        if "enum" in schema:
            yield f"{name} = {_literal(schema['enum'])}"
    for name, schema in schemas.items():
        if "enum" not in schema:
            yield from _typed_dict(name, schema)


def _typed_dict(name: str, schema: Schema) -> Iterator[str]:
    required = set(schema.get("required", ()))
    fields = {
        field: hint if field in required else f"NotRequired[{hint}]"
        for field, part in schema.get("properties", {}).items()
        for hint in [_hint(part)]
    }
    if any(keyword.iskeyword(field) or not field.isidentifier() for field in fields):
        told = ", ".join(f"{field!r}: {hint!r}" for field, hint in fields.items())
        yield f"{name} = TypedDict({name!r}, {{{told}}})"
        return
    yield f"class {name}(TypedDict):"
    yield from (f"    {field}: {hint}" for field, hint in fields.items())
    if not fields:
        yield "    pass"


def _hint(schema: Schema) -> str:
    """A part of the description as a type."""
    hint = _plain_hint(schema)
    return f"{hint} | None" if schema.get("nullable") and not hint.endswith("None") else hint


def _plain_hint(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for choice in ("allOf", "oneOf", "anyOf"):
        if choice in schema:
            return " | ".join(dict.fromkeys(_hint(part) for part in schema[choice]))
    if "enum" in schema:
        return _literal(schema["enum"])
    match schema.get("type"):
        case "string":
            return "Upload" if schema.get("format") == "binary" else "str"
        case "integer":
            return "int"
        case "number":
            return "float"
        case "boolean":
            return "bool"
        case "array":
            return f"list[{_hint(schema['items'])}]"
        case "object":
            inside = schema.get("additionalProperties")
            return f"dict[str, {_hint(inside) if isinstance(inside, dict) else 'Any'}]"
    return "Any"


def _literal(values: list[Any]) -> str:
    return f"Literal[{', '.join(repr(str(value)) if value is not None else 'None' for value in values)}]"


def _class() -> Iterator[str]:
    yield "class Loop(Connection):"
    yield '    """Every call of the API, by the name it has in the description."""'
    for path, methods in description()["paths"].items():
        for method, call in methods.items():
            yield from _method(path, method.upper(), call)


def _method(path: str, method: str, call: Schema) -> Iterator[str]:
    parameters = call.get("parameters", [])
    places = [one for one in parameters if one["in"] == "path"]
    asked = [one for one in parameters if one["in"] == "query"]
    has_key = any(one["name"] == "Idempotency-Key" for one in parameters)
    body, sends = _body(call)
    arguments = ["self", *(f"{one['name']}: {_hint(one['schema'])}" for one in places), *body]
    if asked or has_key:
        arguments.append("*")
    arguments += [f"{_argument(one['name'])}: {_hint(one['schema'])} | None = None" for one in asked]
    arguments += ["idempotency_key: str | None = None"] if has_key else []
    answer = _answer(call)
    yield f"    def {call['operationId']}({', '.join(arguments)}) -> {answer}:"
    yield f'        """{call["summary"]}."""'
    where = repr(path)
    for one in places:
        where = f"f{where}" if not where.startswith("f") else where
        where = where.replace(f"{{{one['name']}}}", f"{{_part({one['name']})}}")
    said = [repr(method), where, *sends]
    if asked:
        query = ", ".join(f"{one['name']!r}: {_argument(one['name'])}" for one in asked)
        said.append(f"query={{{query}}}")
    said += ["idempotency_key=idempotency_key"] if has_key else []
    if answer == "None":
        yield f"        self._call({', '.join(said)})"
    else:
        yield f"        answer: {answer} = self._call({', '.join(said)})"
        yield "        return answer"


def _argument(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _body(call: Schema) -> tuple[list[str], list[str]]:
    """The argument that is sent, and how."""
    if "requestBody" not in call:
        return [], []
    ((media_type, content),) = call["requestBody"]["content"].items()
    sent = "form" if media_type == "multipart/form-data" else "body"
    hint = _hint(content["schema"])
    if call["requestBody"].get("required"):
        return [f"body: {hint}"], [f"{sent}=body"]
    return [f"body: {hint} | None = None"], [f"{sent}=body or {{}}"]


def _answer(call: Schema) -> str:
    hints = []
    for status, answer in call["responses"].items():
        if status < "300":
            contents = answer.get("content", {})
            hints += ["bytes" if "binary" in str(one) else _hint(one["schema"]) for one in contents.values()]
    return " | ".join(dict.fromkeys(hints)) or "None"


if __name__ == "__main__":
    CLIENT.write_text(made(), encoding="utf-8")
