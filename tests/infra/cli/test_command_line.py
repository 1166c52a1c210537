"""The contract of the command line: arguments, exit codes, streams."""

import errno
import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest

from domain.errors import Contended, Refused, Unknown
from infra.cli import _commands, main
from infra.cli._declared import COMMANDS
from infra.cli._parser import parse
from infra.cli._usage import WrongUsage
from infra.errors import CannotRun
from infra.language import Language

REGISTER = Path(__file__).parents[3] / "docs/examples/register.csv"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch, tmp_path):
    for name in (
        "DUNGHEN_DATA",
        "DUNGHEN_DATABASE_URL",
        "DUNGHEN_LANG",
        "DUNGHEN_POLICY",
        "NO_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def options(*arguments) -> Namespace:
    asked = parse(arguments, Language("en"))
    assert asked.options is not None
    return asked.options


def wrong(*arguments, lang="en"):
    with pytest.raises(WrongUsage) as caught:
        parse(arguments, Language(lang))
    return caught.value.what


@pytest.fixture
def answering(monkeypatch):
    """Answer every command with a value, or fail with an exception."""

    def become(outcome):
        def answer(*_):
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr(_commands, "answer", answer)

    return become


# ── arguments ──


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-03-10", "2026-03-10T23:59:59.999999+07:00"),
        ("2026-03-10T15:20:00+07:00", "2026-03-10T15:20:00+07:00"),
        ("2026-03-10T08:20:00Z", "2026-03-10T15:20:00+07:00"),
        ("10/03/2026", "2026-03-10T23:59:59.999999+07:00"),
        ("1.3.2026", "2026-03-01T23:59:59.999999+07:00"),
        ("10/03/2026 8:20", "2026-03-10T08:20:00+07:00"),
        ("2026-03-10t15:20:00.5+07:00", "2026-03-10T15:20:00.500000+07:00"),
    ],
)
def test_a_moment_is_a_dates_end_or_an_instant(given, meant):
    assert options("explain", "X", "--as-of", given).as_of.isoformat() == meant


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ("2026-03-10T15:20:00", "no offset; write 2026-03-10T15:20:00+07:00"),
        ("31/02/2026", "'31/02/2026' does not exist"),
        ("10/03/26", "neither a date nor an instant"),
        ("2026-02-30", "does not exist"),
        ("2026-03-10T25:00:00+07:00", "does not exist"),
        ("0001-01-01", "check the year"),
        ("tomorrow", "neither a date nor an instant"),
    ],
)
def test_a_moment_that_cannot_be_read_says_how_to_write_it(given, advice):
    assert advice in wrong("history", "X", "--known-at", given)


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ("2026-01-01..2026-06-30", date(2026, 1, 1), date(2026, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("02/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("01/03/2026..31/03/2026", date(2026, 3, 1), date(2026, 3, 31)),
        ("11/2025 – 01/2026", date(2025, 11, 1), date(2026, 1, 31)),
        ("2025-11..2026-01", date(2025, 11, 1), date(2026, 1, 31)),
    ],
)
def test_a_period_is_two_dates_a_month_or_a_year(given, first, last):
    assert options("report", "units", "--period", given).period == (first, last)


@pytest.mark.parametrize(
    "given",
    [
        "2026-06-30..2026-01-01",
        "13/2026",
        "29/02/2026..03/2026",
        "2025..2026..2027",
        "2026-13",
        "..",
        "2026-01-01..",
        "Q1",
        "0000",
        "0001..2026",
        "2199",
    ],
)
def test_a_period_that_is_none_is_refused(given):
    assert "--period" in wrong("report", "units", "--period", given)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], ""),
        (["explan", "X"], "explain"),
        (["explain"], "CODE"),
        (["explain", "X", "Y"], "Y"),
        (["explain", "X", "--frobnicate"], "--frobnicate"),
        (["explain", "X", "--as-of"], "--as-of"),
        (["report", "everything"], "coverage"),
        (["report", "units", "--clock", "sundial"], "qd766"),
        (["violations", "--severity", "9"], "'9'"),
        (["violations", "--limit", "0"], "'0'"),
        (["import"], "PATH"),
        (["rebuild", "--keep", "--drop-old"], "--keep"),
        (["rebuild", "--drop-old", "--back"], "--back"),
        (["rebuild", "--room", "40G"], "'40G'"),
        (["verify", "--json=yes"], "--json"),
        (["verify", "--data", "a", "--database", "b"], "--database"),
        (["history", " "], "CODE"),
    ],
)
def test_every_wrong_usage_is_one_sentence_naming_its_place(arguments, named, lang):
    what = wrong(*arguments, lang=lang)
    assert Language(lang).word("metavar", named) in what
    assert "\n" not in what
    assert lang == "en" or not {"argument", "expected", "unrecognized", "required"} & set(
        what.split()
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data", "D", "import", "a", "b", "--dry-run"],
        ["import", "a", "--data", "D", "b", "--dry-run"],
        ["import", "--dry-run", "a", "b", "--data=D"],
    ],
)
def test_options_may_stand_anywhere(arguments):
    given = options(*arguments)
    assert (given.data, given.paths, given.dry_run) == ("D", ["a", "b"], True)


def test_standard_input_is_a_path():
    assert options("import", "-").paths == ["-"]


# ── help ──


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_with_examples_that_parse(name, lang, capsys):
    assert main([name, "--help", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    for example in COMMANDS[name].examples:
        assert f"dunghen {example}" in shown
        parse(example.replace('"', "").partition(" < ")[0].split(), Language(lang))


@pytest.mark.parametrize(("lang", "said"), [("vi", "Các lệnh"), ("en", "Commands")])
def test_help_lists_the_commands(lang, said, capsys):
    assert main(["--lang", lang, "--help"]) == 0
    shown = capsys.readouterr().out
    assert said in shown
    assert all(f"\n  {name}" in shown for name in COMMANDS)


def test_help_imports_nothing_heavy():
    script = "import sys, infra.cli as c; c.main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not {"pydantic", "eventsourcing", "sqlite3", "structlog", "rich"} & set(
        done.stderr.split("'")
    )


# ── exit codes and streams ──


@pytest.mark.parametrize(
    ("name", "answer", "code"),
    [
        ("verify", {"broken": [], "differences": []}, 0),
        ("verify", {"broken": [{}], "differences": []}, 1),
        ("rebuild", {"differences": [{}]}, 1),
        ("explain", {"complete": True}, 0),
        ("explain", {"complete": False}, 1),
        ("report", {"complete": True, "broken": ["x"]}, 1),
        ("import", {"refused": 0, "files": [{"read": 1, "refused": 0}]}, 0),
        ("import", {"refused": 1, "files": [{"read": 2, "refused": 1}]}, 1),
        ("import", {"refused": 1, "files": [{"read": 0, "refused": 1}]}, 3),
    ],
)
def test_the_exit_code_is_what_the_answer_says(name, answer, code):
    assert _commands.exit_code(name, answer) == code


@pytest.mark.parametrize(
    ("error", "outcome", "said"),
    [
        (CannotRun("x", code="database_locked"), (3, "database_locked"), "tiến trình khác"),
        (CannotRun("what only they know", code="odd"), (3, "odd"), "what only they know"),
        (CannotRun("x", code="no_access"), (3, "no_access"), "x"),
        (Unknown("no token X; `dunghen token list` lists them"), (1, "unknown"), "X"),
        (Contended("x"), (3, "contended"), "cùng ghi"),
        (Refused("naive_time", "no offset"), (1, "naive_time"), "múi giờ"),
        (Refused("invalid_cursor", "no such cursor"), (2, "invalid_cursor"), "đọc tiếp"),
        (OSError(errno.ENOSPC, "No space left"), (3, "disk_full"), "hết chỗ"),
        (PermissionError(errno.EACCES, "denied", "a.csv"), (3, "no_permission"), "a.csv"),
        (FileNotFoundError(errno.ENOENT, "none", "b.csv"), (3, "no_file"), "b.csv"),
    ],
)
def test_a_trouble_is_a_sentence_a_code_and_one_json_document(
    error, outcome, said, answering, capsys
):
    answering(error)
    code = main(["verify", "--json"])
    out, err = capsys.readouterr()
    assert said in err
    assert "Traceback" not in err
    assert (code, json.loads(out)["error"]["code"]) == outcome


def test_a_fault_of_ours_is_one_sentence_and_on_record_without_its_words(
    answering, capsys, tmp_path
):
    answering(ValueError("Nguyễn Văn Mẫu"))
    assert main(["verify", "--data", str(tmp_path)]) == 3
    assert "faults.jsonl" in capsys.readouterr().err
    record = (tmp_path / "faults.jsonl").read_text()
    assert "ValueError" in record
    assert "Nguyễn" not in record


def test_debug_shows_the_traceback(answering, capsys):
    answering(ValueError("here"))
    assert main(["verify", "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_fault_without_a_data_folder_makes_none(answering, tmp_path):
    answering(ValueError("here"))
    assert main(["verify"]) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["explain", "X"], ["verify"], ["rebuild"], ["report", "units"]]
)
def test_asking_where_there_is_no_data_says_so_and_makes_no_folder(arguments, capsys, tmp_path):
    assert main([*arguments, "--lang", "en"]) == 3
    assert "there is no data in .dunghen" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        *(["violations"], ["units"], ["audit"], ["verify"], ["rebuild"]),
        *(["explain", "X"], ["history", "X"], ["report", "units"]),
        *(["parked", "list"], ["person", "show", "X"], ["token", "list"]),
    ],
    ids=" ".join,
)
def test_a_folder_in_which_nothing_was_recorded_is_no_data_and_stays_as_it_was(
    arguments, capsys, tmp_path
):
    (tmp_path / "notes.txt").touch()
    assert main([*arguments, "--lang", "en", "--data", str(tmp_path)]) == 3
    assert f"there is no data in {tmp_path}" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    "arguments", [["import", str(REGISTER)], ["token", "create", "--role", "intake"]], ids=" ".join
)
def test_what_writes_begins_in_an_empty_folder(arguments, capsys, tmp_path):
    assert main([*arguments, "--json", "--data", str(tmp_path)]) < 2, capsys.readouterr().err
    assert (tmp_path / "log.sqlite").exists()


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_database_that_is_not_there_is_told_and_its_password_never_printed(
    how, monkeypatch, capsys
):
    url = "postgresql://me:secret@127.0.0.1:1/db"
    if how == "environment":
        monkeypatch.setenv("DUNGHEN_DATABASE_URL", url)
    assert main(["verify", *(["--database", url] if how == "option" else [])]) == 3
    err = capsys.readouterr().err
    assert "postgresql://127.0.0.1:1/db" in err
    assert "secret" not in err


def test_wrong_usage_exits_2_and_names_the_help(capsys):
    assert main(["explain"]) == 2
    assert "dunghen explain --help" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["option", "environment"])
def test_a_policy_that_there_is_not_is_wrong_usage(where, monkeypatch, capsys):
    if where == "environment":
        monkeypatch.setenv("DUNGHEN_POLICY", "nowhere-1999")
    given = ["--policy", "nowhere-1999"] if where == "option" else []
    assert main(["violations", *given, "--json"]) == 2
    assert "nowhere-1999" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_forgetting_a_person_wants_a_yes(capsys):
    assert main(["person", "forget", "X"]) == 2
    assert "--yes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("where", "said"),
    [("option", "Wrong usage"), ("environment", "Wrong usage"), ("", "Sai cách dùng")],
)
def test_the_language_is_vietnamese_unless_asked(where, said, monkeypatch, capsys):
    if where == "environment":
        monkeypatch.setenv("DUNGHEN_LANG", "en")
    main(["--lang=en", "nothing"] if where == "option" else ["nothing"])
    assert said in capsys.readouterr().err


def test_json_is_one_document_in_vietnamese_letters(answering, capsys):
    answering({"complete": True, "name": "Đúng hẹn"})
    assert main(["explain", "X", "--json"]) == 0
    out, err = capsys.readouterr()
    assert out == '{"complete": true, "name": "Đúng hẹn"}\n'
    assert err == ""


def test_ctrl_c_is_one_line_and_130(answering, capsys):
    answering(KeyboardInterrupt())
    assert main(["verify"]) == 130
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="needs pipes that can break")
def test_a_reader_who_goes_away_is_no_error():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "infra.cli", "--help"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_ctrl_c_with_json_is_one_document_too(answering, capsys):
    answering(KeyboardInterrupt())
    assert main(["verify", "--json"]) == 130
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "interrupted"


def test_what_steers_a_terminal_is_not_repeated_in_a_complaint(answering, capsys):
    answering(Unknown("no dossier \x1b[31mX\u202e"))
    main(["explain", "X"])
    assert not {"\x1b", "\u202e"} & set(capsys.readouterr().err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "\udcff"],
        ["person", "show", "\udcff"],
        ["violations", "--officer", "\udcff"],
        ["violations", "--cursor", "\udcff"],
        ["report", "units", "--unit", "\udcff"],
        ["import", "x.csv", "--source", "\udcff"],
    ],
)
def test_bytes_that_are_no_text_name_nothing(arguments):
    assert "is no text" in wrong(*arguments)


def test_behind_two_dashes_nothing_is_an_option():
    assert options("explain", "--as-of", "2026-01-01", "--", "-7/2019").code == "-7/2019"
    assert options("import", "--dry-run", "--", "-a.csv", "--help").paths == ["-a.csv", "--help"]


@pytest.mark.parametrize("name", ["log.sqlite", "vault.sqlite-wal", "views-1.sqlite", "master.key"])
def test_the_refused_lines_never_replace_a_file_of_the_data_folder(name, tmp_path, capsys):
    (tmp_path / "data").mkdir()
    given = ["import", "x.csv", "--json", "--data", "data", "--rejects", f"./data/../data/{name}"]
    assert main(given) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "rejects_is_data"
    assert list((tmp_path / "data").iterdir()) == []


def test_a_reader_without_a_name_is_known_by_number(monkeypatch):
    def nobody():
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert _commands._reader() == f"uid {os.getuid()}"


def in_shell(redirected, *arguments):
    """Run with the standard streams as a shell leaves them."""
    line = f'exec "$0" -m infra.cli "$@" {redirected}'
    command = ["sh", "-c", line, sys.executable, *arguments, "--lang", "en"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@FULL
@pytest.mark.parametrize("arguments", [("rules",), ("rules", "--json"), ("--help",)])
def test_an_answer_that_cannot_be_written_is_one_sentence_and_3(arguments):
    done = in_shell("> /dev/full", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "cannot be written to standard output (No space left on device)" in done.stderr


@FULL
def test_a_complaint_that_nobody_can_be_told_keeps_its_exit_code():
    assert in_shell("2> /dev/full", "explain").returncode == 2


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(closed):
    assert in_shell(closed, "rules", "--json").returncode == 0
    assert in_shell(closed, "import", "-", "--dry-run", "--data", "/dev/null").returncode == 3
