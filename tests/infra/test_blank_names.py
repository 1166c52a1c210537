"""What was taken in under names that show nothing, when they were not refused yet: it is in the log, and stays what it is."""

import json

import pytest

from domain import events
from domain.directory import NOBODY, directory
from domain.errors import Refused
from domain.facts import Recorded
from infra.messages.cloudevents import line_of, message_of
from infra.messages.incoming import fact_of
from infra.messages.message import Message
from infra.questions import queries
from infra.questions.units import units
from infra.rebuilding.rebuild import rebuild
from infra.rebuilding.verifying import verify
from tests.support.log import NOW, envelope, fact
from tests.support.stores import END, Stream, empty_views, opened, projected, quiet, rows

UNSEEN = "\u200b"


def old(kind, id_, subject, data):
    """A fact as it was read before such names were refused."""
    names = {name: "NAME" if value == UNSEEN else value for name, value in data.items()}
    read = fact(kind, id_, "CODE" if subject == UNSEEN else subject, data=names)
    blank = read.content.replace(b'"CODE"', f'"{UNSEEN}"'.encode())
    return events.understood(blank.replace(b'"NAME"', f'"{UNSEEN}"'.encode()))


OLD = [
    old("accepted", "1", UNSEEN, {"competent_unit": "Q1", "due_at": "2025-03-21"}),
    old("accepted", "2", "HZ-1", {"competent_unit": UNSEEN, "due_at": "2025-03-21"}),
    old("accepted", "3", "HZ-2", {"competent_unit": "Q1", "due_at": "2025-03-21"}),
    old("lost", "4", UNSEEN, {"reason": "x"}),
    old("unit.registered", "5", "u", {"unit": UNSEEN, "name": "n", "level": "commune"}),
    old("officer.registered", "6", "o", {"officer": UNSEEN}),
    old("procedure.registered", "7", "p", {"procedure": UNSEEN}),
    old(
        "unit.intake_declared",
        "8",
        "u",
        {"unit": UNSEEN, "period": "2021-01/2021-04", "count": 1},
    ),
]


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as store:
        store.engine.record(OLD)
        store.catch_up()
        yield store


def test_none_of_them_could_be_said_today():
    for said in (each for each in OLD if UNSEEN.encode() in each.content):
        with pytest.raises(Refused, match="blank"):
            events.read(said.content, recorded_at=NOW)


def test_the_directory_has_no_key_for_them():
    registered = [Recorded(n, said) for n, said in enumerate(OLD, 1)]
    made = directory(registered, END)
    assert (made.units, made.officers, made.procedures, made.declarations) == (
        NOBODY.units,
        NOBODY.officers,
        NOBODY.procedures,
        NOBODY.declarations,
    )


def test_the_log_is_whole_and_the_rows_are_what_it_gives(store):
    answer = verify(store, progress=quiet)
    assert (answer["broken"], answer["differences"], answer["events"]) == ([], [], len(OLD))


def test_they_are_counted_as_often_as_they_are_listed(store):
    told = queries.violations(store, limit=1_000)
    assert {found["dossier"] for found in told["violations"]} == {UNSEEN, "HZ-1", "HZ-2"}
    assert told["total"] == len(told["violations"])
    for by in ("rule", "unit"):
        counted = queries.violations(store, count_by=by)
        assert sum(each["count"] for each in counted["counts"]) == told["total"]
    assert units(store)["total"] == len(units(store)["units"]) == 0


def test_the_dossier_is_read_by_its_code(store):
    assert [each["id"] for each in queries.history(store, UNSEEN)["events"]] == ["1", "4"]


def test_a_rebuild_has_the_same_rows(store):
    before = rows(store.views)

    answer = rebuild(store, drop_old=True, progress=quiet, clock=lambda: store.now)

    assert answer["differences"] == []
    assert rows(store.views) == before


def test_they_come_back_from_the_topic_and_are_projected_from_it(store, tmp_path):
    lines = [line_of(message_of(line, "log")) for line in store.log.select(0, 100)]
    assert lines == [tuple(line) for line in store.log.select(0, 100)]
    assert "" in {record for _, record, _, _ in lines}
    with empty_views(tmp_path / "beside.sqlite") as views:
        projected(Stream(store.log), views, store.now)
        assert rows(views) == rows(store.views)


@pytest.mark.parametrize("changes", [{"subject": UNSEEN}, {"time": "1.77e9"}], ids=str)
@pytest.mark.parametrize("binary", [True, False])
def test_the_intake_takes_in_none_of_them(changes, binary):
    said = envelope("accepted", "a1") | changes
    data = json.dumps(said["data"]).encode()
    told = tuple((f"ce_{name}", text.encode()) for name, text in said.items() if name != "data")
    message = (
        Message("t", None, data, (*told, ("content-type", b"application/json")))
        if binary
        else Message(
            "t",
            None,
            json.dumps(said).encode(),
            (("content-type", b"application/cloudevents+json"),),
        )
    )
    with pytest.raises(Refused) as refused:
        fact_of(message, NOW)
    assert refused.value.code == "invalid_field"


def test_a_message_without_a_key_is_still_none_of_the_log(store):
    message = message_of(store.log.select(0, 1)[0], "log")
    with pytest.raises(Refused) as refused:
        line_of(message._replace(key=None))
    assert refused.value.code == "not_of_the_log"
