"""`dunghen serve` as an operator starts it: it answers, keeps the embedded tables up to date, and stops when told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from tests.architecture.test_docs import ROOT
from tests.e2e.test_services import page, shows, wait
from tests.support.servers import free_port
from tests.support.serving import UNHURRIED

pytestmark = pytest.mark.e2e

COMMAND = [sys.executable, "-c", "import sys, infra.cli; sys.exit(infra.cli.main())"]
EVENTS = ROOT / "docs/examples/events.jsonl"
CODE = "Y09.21-260202-0007"
PATIENCE = 90


@pytest.fixture
def environment(tmp_path):
    own = {name: value for name, value in os.environ.items() if not name.startswith("DUNGHEN_")}
    return (
        own
        | UNHURRIED
        | {
            "DUNGHEN_DATA": str(tmp_path / "data"),
            "DUNGHEN_LOG": "json",
            "PYTHONPATH": str(ROOT),
        }
    )


def run(environment, *words):
    return subprocess.run(
        [*COMMAND, *words], env=environment, capture_output=True, timeout=PATIENCE, check=False
    )


@contextmanager
def serving(environment, *words):
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *words],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            said = (json.loads(line) for line in process.stderr)
            url = next(line["url"] for line in said if line["event"] == "serving")
            yield url, process
        finally:
            if process.poll() is None:
                process.kill()


def asked(url):
    with urllib.request.urlopen(url, timeout=PATIENCE) as response:
        return json.load(response)


def test_what_is_imported_beside_it_is_answered(environment):
    with serving(environment) as (url, process):
        assert asked(f"{url}/violations")["total"] == 0
        assert run(environment, "import", str(EVENTS)).returncode == 0

        deadline = time.monotonic() + PATIENCE
        while not (told := asked(f"{url}/violations?dossier={CODE}"))["complete"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert told["total"] > 0

        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_what_is_sent_to_it_is_projected_at_once_however_seldom_it_looks(environment):
    with serving(environment | {"DUNGHEN_IDLE_SECONDS": "60"}) as (url, _):
        for line in EVENTS.read_bytes().splitlines()[:3]:
            sent = urllib.request.Request(
                f"{url}/events?wait=20",
                line,
                {"content-type": "application/cloudevents+json"},
            )
            assert asked(sent)["projected"] is True


def test_its_operator_is_told_that_it_lives_is_ready_and_what_is_measured(environment):
    port = free_port()
    with serving(environment | {"DUNGHEN_OPS_ADDRESS": f"127.0.0.1:{port}"}) as (_, process):
        wait(lambda: page(port, "/readyz"), process)

        assert page(port, "/healthz")
        wait(lambda: shows(port, 'dunghen_ready{command="serve"} 1.0'), process)


def test_an_address_that_others_reach_is_refused_as_long_as_nobody_signs_in(environment):
    refused = run(environment, "serve", "--host", "0.0.0.0", "--json")

    assert refused.returncode == 3
    assert json.loads(refused.stdout)["error"]["code"] == "not_guarded"


def test_with_sign_in_it_may_be_reached_by_others(environment, tmp_path):
    (tmp_path / "secret").write_text("x" * 40)
    (tmp_path / "data").mkdir()
    guarded = environment | {
        "DUNGHEN_PUBLIC_URL": "https://dunghen.example",
        "DUNGHEN_OIDC_ISSUER": "https://id.example",
        "DUNGHEN_OIDC_CLIENT_ID": "dunghen",
        "DUNGHEN_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
    }
    with serving(guarded, "--host", "0.0.0.0") as (url, _):
        place = url.replace("0.0.0.0", "127.0.0.1")
        with pytest.raises(urllib.error.HTTPError) as nobody:
            asked(f"{place}/violations")
        assert nobody.value.code == 401
        nobody.value.close()
        made = run(environment, "token", "create", "--role", "auditor", "--json")
        token = json.loads(made.stdout)["secret"]
        headers = {"authorization": f"Bearer {token}", "host": "dunghen.example"}
        assert asked(urllib.request.Request(f"{place}/violations", headers=headers))["total"] == 0


def test_a_port_that_is_taken_is_named(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = run(environment, "--lang", "en", "serve", "--port", port)

    assert refused.returncode == 3
    assert f"127.0.0.1:{port} cannot be listened on" in refused.stderr.decode()
