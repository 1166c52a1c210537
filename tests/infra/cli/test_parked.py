"""`dunghen parked`: what stands still, why, and trying it again once the cause is gone."""

import json
import sqlite3
from contextlib import closing

import pytest

from infra.cli import main
from infra.sqlite.logschema import TRIGGERS
from tests.support.stores import World, opened, put

CODE = "H40.17-250320-0000"


def overwritten(data, state):
    """Put other bytes in the place of the dossier's second event, as a damaged disk would; what stood there."""
    with closing(sqlite3.connect(data / "log.sqlite")) as c:
        where = "WHERE originator_id = ? AND originator_version = 2"
        (before,) = c.execute(f"SELECT state FROM stored_events {where}", (CODE,)).fetchone()
        c.execute("DROP TRIGGER stored_events_no_update")
        c.execute(f"UPDATE stored_events SET state = ? {where}", (state, CODE))
        c.execute(TRIGGERS["stored_events_no_update"])
        c.commit()
        return before


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("DUNGHEN_DATA", str(tmp_path))
    with opened(tmp_path) as store:
        put(store, World(0).arrivals)
    return tmp_path


def asked(capsys, *words, code):
    assert main([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_where_nothing_stands_still_there_is_nothing_to_tell(data, capsys):
    assert asked(capsys, "parked", code=0) == {"total": 0, "parked": []}
    assert asked(capsys, "parked", "retry", code=0)["retried"] == 0


def test_what_cannot_be_applied_stands_still_with_its_reason_and_goes_on_when_it_can(data, capsys):
    good = overwritten(data, b'{"hash":"nonsense"}')
    (told,) = asked(capsys, "parked", code=1)["parked"]
    assert (told["dossier"], told["version"]) == (CODE, 1)
    assert told["waiting"] >= 1
    assert told["reason"].startswith("event 2 cannot be applied")
    assert asked(capsys, "violations", code=1)["complete"] is False
    assert asked(capsys, "parked", "retry", CODE, code=1)["went_on"] == 0
    overwritten(data, good)
    again = asked(capsys, "parked", "retry", "--reason", "đĩa đã thay", code=0)
    assert (again["retried"], again["went_on"], again["total"]) == (1, 1, 0)
    acts = asked(capsys, "audit", code=0)["acts"]
    assert [(act["act"], act["about"], act["reason"]) for act in acts] == [
        ("parked_retried", None, "đĩa đã thay"),
        ("parked_retried", CODE, None),
    ]
    assert asked(capsys, "verify", code=0)["differences"] == []


def test_a_dossier_that_does_not_stand_still_is_not_tried_again(data, capsys):
    assert main(["parked", "retry", CODE]) == 1
    assert "không bị dừng" in capsys.readouterr().err
    assert asked(capsys, "audit", code=0)["total"] == 0


@pytest.mark.parametrize(("lang", "title"), [("vi", "HỒ SƠ ĐANG BỊ DỪNG"), ("en", "STAND STILL")])
def test_the_page_says_it_in_the_readers_language(data, capsys, lang, title):
    overwritten(data, b"{}")
    assert main(["parked", "--lang", lang]) == 1
    page = capsys.readouterr().out
    assert title in page
    assert CODE in page
    assert main(["parked", "retry", "--lang", lang]) == 1
