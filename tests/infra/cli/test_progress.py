"""How far a long work is: on a terminal a line rewritten in place, elsewhere a line now and then."""

import io

import pytest
from typing_extensions import override

from infra.cli._progress import Progress
from infra.language import Language


class Terminal(io.StringIO):
    @override
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_a_file_is_told_every_half_a_minute_and_of_short_work_nothing(clock):
    stream = io.StringIO()
    with Progress(stream, Language("en")) as progress:
        for second in range(100):
            clock[0] = 1_000.0 + second
            progress("verify", second, 100)

    assert [line.split()[-1] for line in stream.getvalue().splitlines()] == [
        "30/100",
        "60/100",
        "90/100",
    ]
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_has_one_line_and_it_is_gone_at_the_end(clock):
    stream = Terminal()
    with Progress(stream, Language("vi")) as progress:
        for tenth in range(20):
            clock[0] = 1_000.0 + tenth / 20
            progress("rebuild", tenth, 20)

    shown = stream.getvalue().split("\r\x1b[K")
    assert shown[0] == shown[-1] == ""
    assert 9 <= len(shown) - 2 <= 11
    assert not any("\n" in line for line in shown)


def test_a_long_name_is_cut_in_front_and_says_so():
    line = Progress(io.StringIO(), Language("vi"), width=40).line
    cut, whole = (line(name, 5, None) for name in ("files/" * 9 + "02.jsonl", "02.jsonl"))

    assert cut.startswith("…")
    assert cut.split()[0].endswith("02.jsonl")
    assert whole.startswith("02.jsonl")
