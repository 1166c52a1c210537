"""Benchmarks are run by hand, seldom: at least each can be begun, and asks for what is there."""

import importlib
import sys

import pytest
from starlette.routing import compile_path

from benchmarks.addresses import LEFT_OUT, PAGES, READ, WRITE
from benchmarks.life import lines
from domain import events
from infra.http.access import NEEDS
from tests.architecture.test_docs import ROOT
from tests.support.answering import asking, describing, stores_of
from tests.support.stores import END, opened

BENCHMARKS = sorted(path.stem for path in (ROOT / "benchmarks").glob("bench_*.py"))
VALUES = {"unit": 1, "officer": 1, "month": 1, "key": "k-1", "time": "2026-03-02T08:00:00+07:00"}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_can_be_imported_and_says_how_it_is_run(name, monkeypatch, capsys):
    module = importlib.import_module(f"benchmarks.{name}")
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 0
    assert f"python -m benchmarks.{name}" in " ".join(capsys.readouterr().out.split())
    assert f"benchmarks.{name}" in (ROOT / "benchmarks" / "README.md").read_text("utf-8")


def route_of(method, address):
    """The route that an address leads to: of those that fit the one that says most."""
    path = address.partition("?")[0]
    fitting = [
        route for each, route in NEEDS if each == method and compile_path(route)[0].match(path)
    ]
    return method, max(fitting, key=len)


READ_ROUTES = {name: route_of("GET", address.format(**VALUES)) for name, address in READ.items()}


def test_every_route_is_measured_or_left_out_with_a_reason():
    written = {route_of("POST", each.address % VALUES) for each in WRITE.values()}
    measured = {*READ_ROUTES.values(), *written}

    assert measured | LEFT_OUT.keys() == NEEDS.keys()
    assert measured & LEFT_OUT.keys() == set()


def test_every_page_is_painted():
    described = describing().openapi()["paths"]
    pages = {
        path
        for method, path in NEEDS.keys() - LEFT_OUT.keys()
        if method == "GET" and path.replace(":path", "") not in described
    }

    painted = {READ_ROUTES[name][1] for name in PAGES}
    assert painted == pages - {"/openapi.json", "/static/{version}/{name}"}


def test_what_is_asked_for_is_there(tmp_path):
    with opened(tmp_path) as store:
        store.engine.record([events.read(line, recorded_at=END) for line in lines(20)])
        store.catch_up()
    with asking(stores_of(tmp_path)) as client:
        told = {name: client.get(address.format(**VALUES)) for name, address in READ.items()}

    assert {name: told[name].text for name in told if told[name].status_code != 200} == {}
    pages = {name for name in told if "text/html" in told[name].headers["content-type"]}
    assert pages == PAGES.keys()


@pytest.mark.parametrize("name", WRITE)
def test_what_is_written_is_stored(tmp_path, name):
    method, address, body, headers = WRITE[name].request(VALUES)
    with asking(stores_of(tmp_path)) as client:
        asked = address.replace("wait=5", "wait=0")
        answer = client.request(method, asked, content=body, headers=headers)

    assert answer.status_code in {200, 201}, answer.text
    said = answer.json()
    assert said.get("accepted", said.get("version")) == WRITE[name].events
