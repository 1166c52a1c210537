"""Data folders that cannot be used: every command says why in one document, with 3, and changes nothing."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from infra.cli import main

EXAMPLES = Path(__file__).parents[3] / "docs/examples"
CODE = "Y09.21-260202-0007"
COMMANDS = (
    ["import", str(EXAMPLES / "register.csv")],
    ["violations"],
    ["person", "show", CODE],
    ["rebuild"],
    ["verify"],
)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    data = tmp_path_factory.mktemp("good") / "data"
    assert main(["import", str(EXAMPLES / "events.jsonl"), "--data", str(data)]) == 0
    return data


@pytest.fixture
def data(good, tmp_path):
    return Path(shutil.copytree(good, tmp_path / "data"))


def write_garbage(path):
    path.write_bytes(b"\x00\xff" * 5_000)


def put_folder(path):
    path.unlink(missing_ok=True)
    path.mkdir()


def say_newer(path):
    with closing(sqlite3.connect(path)) as c:
        for (name,) in c.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            c.execute(f"DROP TRIGGER {name}")
        c.execute("UPDATE meta SET value = 99 WHERE key = 'schema'")
        c.commit()


CODES = {
    write_garbage: {"damaged"},
    put_folder: {"no_access"},
    say_newer: {"newer_version", "newer_data"},
}


@pytest.mark.parametrize("change", [write_garbage, put_folder, say_newer])
@pytest.mark.parametrize("name", ["log.sqlite", "views-1.sqlite", "vault.sqlite"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_file_that_cannot_be_used_stops_every_command(data, capsys, command, name, change):
    change(data / name)
    assert main([*command, "--json", "--data", str(data)]) == 3
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["code"] in CODES[change]
    assert err.count("\n") == 1


def test_tables_of_an_earlier_version_are_to_be_deleted_and_then_made_again(data, capsys):
    with closing(sqlite3.connect(data / "views-1.sqlite")) as c:
        c.execute("UPDATE meta SET value = 1 WHERE key = 'schema'")
        c.commit()
    for command in (["violations"], ["rebuild"]):
        assert main([*command, "--json", "--data", str(data)]) == 3
        out, err = capsys.readouterr()
        assert json.loads(out)["error"]["code"] == "older_data"
        assert "views-1.sqlite" in err
    for file in data.glob("views-1.sqlite*"):
        file.unlink()
    assert main(["rebuild", "--json", "--data", str(data)]) == 0
    assert main(["verify", "--json", "--data", str(data)]) == 0


@pytest.mark.parametrize("content", ["", "one", "\xff"])
def test_a_note_of_the_generation_that_cannot_be_read_is_told(data, capsys, content):
    (data / "views.current").write_text(content, encoding="latin-1")
    assert main(["violations", "--json", "--data", str(data)]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "damaged"


def test_a_folder_that_is_a_file_is_told(tmp_path, capsys):
    (tmp_path / "data").touch()
    codes = []
    for command in COMMANDS:
        assert main([*command, "--json", "--data", str(tmp_path / "data")]) == 3
        codes.append(json.loads(capsys.readouterr().out)["error"]["code"])
    assert codes == ["no_access", *["no_data"] * 4]


@pytest.mark.parametrize(
    ("key", "code"), [("k" * 32, "bad_master_key"), ("a" * 43 + "=", "wrong_master_key")]
)
def test_another_master_key_stops_every_command(data, capsys, monkeypatch, key, code):
    monkeypatch.setenv("DUNGHEN_MASTER_KEY", key)
    for command in COMMANDS:
        assert main([*command, "--json", "--data", str(data)]) == 3
        assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_without_the_master_key_all_is_judged_but_nobody_shown(data, capsys):
    (data / "master.key").unlink()
    assert main(["violations", "--json", "--data", str(data)]) == 0
    assert json.loads(capsys.readouterr().out)["total"] > 0
    assert main(["person", "show", CODE, "--json", "--data", str(data)]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_master_key"


@pytest.mark.parametrize("command", COMMANDS[:4], ids=lambda command: command[0])
def test_a_log_that_is_lost_is_told_and_not_begun_anew(data, command, capsys):
    for file in data.glob("log.sqlite*"):
        file.unlink()
    assert main([*command, "--data", str(data), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "log_behind"


@pytest.mark.parametrize("named", ["option", "variable"])
def test_an_address_in_the_place_of_a_folder_is_wrong_usage_and_not_repeated(
    named, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    words, url = ["import", str(EXAMPLES / "events.jsonl")], "postgresql://u:secret@h/d"
    if named == "option":
        words += ["--data", url]
    else:
        monkeypatch.setenv("DUNGHEN_DATA", url)
    assert main(words) == 2
    said = "".join(capsys.readouterr())
    assert "--database" in said
    assert "secret" not in said
    assert list(tmp_path.iterdir()) == []
