"""docs/openapi.*.json: as generated, in both languages, each example what its schema says; and answers hold nothing that it does not say."""

import json
from contextlib import ExitStack
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from infra.answers import document as said
from infra.credentials import issue_token, revoke_token, tokens
from infra.http.document.openapi import EXAMPLES, document, exemplary, good, texts
from infra.http.document.shapes_acts import EXAMPLES as ACTS
from infra.language import LANGUAGES
from infra.language._words_access import ACCESS
from infra.language._words_api import VIETNAMESE
from infra.language._words_problems import PROBLEMS
from infra.questions import queries
from tests.architecture.test_docs import ROOT
from tests.support.answering import describing
from tests.support.openapi import CODE, examples, filled, page
from tests.support.stores import World, opened, put
from tests.support.streams import events_in

APP = describing()
WHOLE = {lang: document(APP, lang) for lang in LANGUAGES}
OPERATIONS = {
    op["operationId"]: (path, op)
    for path, ops in WHOLE["en"]["paths"].items()
    for op in ops.values()
}
SHOWN = json.loads(EXAMPLES.read_text("utf-8"))
STRICT = json.loads(json.dumps(WHOLE["en"]["components"]))
for schema in STRICT["schemas"].values():
    schema.setdefault("additionalProperties", False)


def problems(operation, answer):
    """By the document, and that it says all: there fields may be added, here none is left out."""
    schema = good(OPERATIONS[operation][1])["content"]["application/json"]["schema"]
    within = {"allOf": [schema], "components": STRICT}
    validator = Draft202012Validator(within, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(answer)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_generated(lang):
    written = (ROOT / f"docs/openapi.{lang}.json").read_text("utf-8")
    assert written == page(lang, SHOWN), "python -m tests.support.openapi"


def test_the_examples_are_what_the_product_answers(tmp_path):
    with filled(tmp_path) as store:
        assert examples(store) == SHOWN, "python -m tests.support.openapi"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_which_openapi_it_is_and_names_each_operation_once(lang):
    assert WHOLE[lang]["openapi"].startswith("3.1")
    names = [op["operationId"] for ops in WHOLE[lang]["paths"].values() for op in ops.values()]
    assert len(names) == len(set(names))


def test_every_text_is_there_in_vietnamese_and_none_is_left_over():
    statuses = {english for key, (_, english) in (ACCESS | PROBLEMS).items() if key[-3:].isdigit()}
    assert texts(WHOLE["en"]) | statuses == VIETNAMESE.keys()
    assert texts(WHOLE["vi"]) == {VIETNAMESE[text] for text in texts(WHOLE["en"])}


EACH = [
    pytest.param(operation, example["value"], id=f"{lang}-{operation}-{name}")
    for lang in LANGUAGES
    for path, ops in WHOLE[lang]["paths"].items()
    for op in ops.values()
    for operation in [op["operationId"]]
    for content in [good(op).get("content", {})]
    for name, example in content.get("application/json", {}).get("examples", {}).items()
]


@pytest.mark.parametrize(("operation", "example"), EACH)
def test_an_example_is_what_its_schema_says(operation, example):
    assert problems(operation, example) == []
    assert problems(operation, {"nothing": "of the kind"})


def test_every_operation_shows_what_it_answers_and_what_it_takes():
    answers = {name for name, (_, op) in OPERATIONS.items() if not exemplary(op).get("examples")}
    bodies = {name for name, _, content in BODIES if "example" not in content}

    assert answers == bodies == set()
    assert SHOWN.keys() - OPERATIONS.keys() == {"stated"}


BODIES = [
    (name, media, content)
    for name, (_, op) in OPERATIONS.items()
    for media, content in op.get("requestBody", {}).get("content", {}).items()
]


@pytest.mark.parametrize(("name", "media", "content"), BODIES, ids=lambda each: str(each)[:40])
def test_an_example_of_a_body_is_what_its_schema_says(name, media, content):
    validator = Draft202012Validator(content["schema"], format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(content["example"])] == []


SNAPSHOT = "`snapshot.end`"
"""The end of what the parameter `snapshot` asks for, on each stream."""
HEARD: dict[str, tuple[str, Any]] = {
    "stream_violations": ("Violation", lambda data: data["data"]["violation"]),
    "stream_units": ("UnitsReport", lambda data: data),
    "stream_dossier": ("Explanation", lambda data: data),
}
"""Of each stream the shape of what it tells, and where that stands in its events."""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stream", HEARD)
def test_the_example_of_a_stream_is_events_of_the_names_and_shapes_that_it_tells(stream, lang):
    (shape, of), operation = HEARD[stream], OPERATIONS[stream][1]
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{shape}", "components": STRICT}
    )
    for lines in SHOWN[stream][lang].values():
        told = list(events_in(SimpleNamespace(iter_lines=lines.splitlines)))
        *_, (last, _, _) = told
        assert last is not None
        for _, name, data in told:
            assert (
                f"`{name}`" in f"{operation['summary']} {operation.get('description')} {SNAPSHOT}"
            )
            if name != "snapshot.end":
                said = {k: v for k, v in of(data).items() if k not in {"id", "version"}}
                assert [error.message for error in validator.iter_errors(said)] == []


def test_every_answer_has_a_shape():
    shapes = {
        name: good(op)["content"]["application/json"]["schema"]
        for name, (_, op) in OPERATIONS.items()
        if "application/json" in good(op).get("content", {})
    }
    assert [name for name, shape in shapes.items() if not {"$ref", "anyOf"} & shape.keys()] == []
    assert ACTS.keys() <= shapes.keys()


def test_what_is_on_record_is_what_the_schemas_say(tmp_path):
    with filled(tmp_path) as store:
        token = issue_token(store, by="admin", role="intake", lasting=timedelta(days=1))
        issue_token(store, by="admin", role="head", lasting=timedelta(days=1), unit="Y09.21")
        assert revoke_token(store, token.id, by="admin")
        person = queries.show_person(store, CODE, reader="a", role="auditor", reason="đơn 15")
        answers = {
            "person": person,
            "audit": queries.audit(store, limit=2),
            "tokens": {"tokens": tokens(store)},
        }
        for operation, answer in answers.items():
            assert problems(operation, json.loads(said(answer))) == []
        assert len(answers["audit"]["acts"]) == len(answers["tokens"]["tokens"]) == 2


@pytest.mark.parametrize("seed", range(3))
def test_answers_about_random_dossiers_are_what_the_schemas_say(tmp_path, seed):
    with ExitStack() as stack:
        store = stack.enter_context(opened(tmp_path))
        world = World(seed, dossiers=8)
        put(store, world.arrivals)
        store.catch_up()
        answers = [("violations", queries.violations(store))]
        answers += [
            ("violations", queries.violations(store, count_by=by))
            for by in ("rule", "unit", "officer")
        ]
        answers += [
            ("report", queries.report(store, kind)) for kind in ("units", "coverage", "feedback")
        ]
        answers += [("report_officers", queries.report(store, "officers"))]
        answers += [("history", queries.history(store, code)) for code in world.dossiers]
        answers += [("explain", queries.explain(store, code)) for code in world.dossiers]
        answers += [("units", queries.units(store))]
        for operation, answer in answers:
            assert problems(operation, json.loads(said(answer))) == []
