"""docs/asyncapi.yaml: as generated, a valid document, and each of its examples is what its schema says and what our code reads."""

import json

import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker

from domain.events import KINDS, OWN
from infra.messages.cloudevents import line_of
from infra.messages.incoming import fact_of
from infra.messages.refused import CONNECT
from infra.messages.topics import topics
from infra.rows.tables import PROJECTED
from tests.architecture.test_docs import ROOT
from tests.domain.test_golden_events import FOLDER
from tests.support.asyncapi import document, meta_schema, page, real
from tests.support.asyncapi.schemas import COLUMNS, of_events
from tests.support.stores import World, facts_of, opened

WHOLE = document()
MESSAGES = WHOLE["components"]["messages"]
EXAMPLES = [
    pytest.param(message, example, id=f"{name}-{n}")
    for name, message in MESSAGES.items()
    for n, example in enumerate(message["examples"])
]


def test_the_page_is_generated():
    written = (ROOT / "docs/asyncapi.yaml").read_text("utf-8")
    assert written == page(), "python -m tests.support.asyncapi > docs/asyncapi.yaml"
    assert yaml.safe_load(written) == WHOLE


def test_it_is_an_asyncapi_3_document():
    wrong = Draft7Validator(meta_schema()).iter_errors(WHOLE)
    assert [f"{error.json_path}: {error.message[:200]}" for error in wrong] == []


def test_the_schema_of_documents_notices_what_is_wrong():
    bad = WHOLE | {"channels": {"facts": {"adress": "dunghen.facts.v1"}}}
    assert not Draft7Validator(meta_schema()).is_valid(bad)


def problems(schema, value):
    """By a schema of the document, with what it refers to."""
    within = {"allOf": [schema], "components": WHOLE["components"]}
    validator = Draft7Validator(within, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize(("message", "example"), EXAMPLES)
def test_an_example_is_what_its_schemas_say(message, example):
    assert problems(message["payload"], example["payload"]) == []
    assert "headers" not in example or problems(message["headers"], example["headers"]) == []


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_has_an_example_and_a_schema_that_says_something(name):
    assert MESSAGES[name]["examples"]
    Draft7Validator.check_schema(MESSAGES[name]["payload"])


@pytest.mark.parametrize(("message", "example"), EXAMPLES)
def test_a_schema_does_not_take_everything(message, example):
    if message["payload"]:  # a dead letter in clear may hold anything
        assert problems(message["payload"], ["nothing of the kind"])


def test_every_reference_leads_somewhere():
    def refs(part):
        if isinstance(part, dict):
            yield from [part["$ref"]] if "$ref" in part else []
            part = list(part.values())
        for each in part if isinstance(part, list) else []:
            yield from refs(each)

    for ref in set(refs(WHOLE)):
        found = WHOLE
        for step in ref.removeprefix("#/").split("/"):
            found = found[step]


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.name)
def test_every_topic_is_a_channel_with_its_settings(topic):
    [channel] = [c for c in WHOLE["channels"].values() if c["address"] == topic.name]
    told = channel["bindings"]["kafka"]
    assert told["partitions"] == topic.partitions
    assert {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in told["topicConfiguration"].items()
    } == topic.settings


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OWN])
def test_what_is_shown_as_reported_is_taken_in(kind):
    fact = fact_of(real.reported(kind), real.NOW)
    assert fact.kind == kind
    assert problems({"$ref": f"#/components/schemas/{kind}_event"}, json.loads(fact.content)) == []


def test_a_fact_that_is_shown_whole_is_taken_in():
    assert fact_of(real.reported_whole(), real.NOW).kind == "submitted"


@pytest.mark.parametrize("seed", range(3))
def test_judgements_of_random_dossiers_are_what_the_schemas_say(tmp_path, seed):
    schema_of = {"assessments": "assessment", "violations": "violation"}
    with opened(tmp_path) as store:
        messages = real.announced(store, facts_of(World(seed, dossiers=8).arrivals))
    assert {message.topic.split(".")[1] for message in messages} == set(schema_of)
    for message in messages:
        ref = {"$ref": f"#/components/schemas/{schema_of[message.topic.split('.')[1]]}"}
        assert message.value is None or problems(ref, json.loads(message.value)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_as_published_is_read_by_projections(kind):
    message = real.published(kind)
    assert line_of(message)[3] == (FOLDER / f"{KINDS[kind][0]}.json").read_bytes()


@pytest.mark.parametrize(("message", "example"), EXAMPLES)
def test_headers_of_ours_are_named(message, example):
    schema = message["headers"]
    parts = [schema, *schema.get("allOf", ())]
    parts += [
        WHOLE["components"]["schemas"][p["$ref"].split("/")[-1]] for p in parts if "$ref" in p
    ]
    named = {header for part in parts for header in part.get("properties", ())}
    shown = example.get("headers", {})
    # Those of a refused message are its sender's.
    ours = {h for h in shown if "ce_version" in shown or h.startswith((CONNECT, "dunghen."))}
    assert ours <= named


def test_every_column_that_is_published_is_explained_and_no_other():
    published = {
        column
        for name in ("dossiers", "shares", "custody", "violations", "answering")
        for column in PROJECTED[name].columns
    }
    assert set(COLUMNS) == published


def test_schemas_refuse_a_field_that_nobody_knows():
    assert problems({"$ref": "#/components/schemas/Accepted"}, {"competent_unit": "A", "x": 1})
    assert len(of_events()) > len(KINDS)
