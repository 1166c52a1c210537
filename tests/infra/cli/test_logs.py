"""No log line holds a person's data, whatever it is given."""

import errno
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from typing_extensions import override

from infra import logs

PERSON = {
    "name": "Nguyễn Văn Mẫu",
    "phone": "0900000000",
    "id_number": "042099001234",
    "email": "a@b",
    "address": "Hà Nội",
}


def logged(form, **said):
    stream = io.StringIO()
    logs.configure(form, level="info", stream=stream)
    try:
        structlog.get_logger().warning("imported", **said)
    finally:
        structlog.reset_defaults()
    return stream.getvalue()


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    "said",
    [
        PERSON,
        {"applicant": PERSON},
        {"data": {"applicant": PERSON}},
        {"events": [{"data": {"APPLICANT": PERSON}}]},
    ],
)
def test_personal_data_is_dropped_at_any_depth(form, said):
    line = logged(form, **said)
    assert not [value for value in PERSON.values() if value in line]


def test_a_json_line_says_what_was_denied():
    line = json.loads(logged("json", dossier="H40.17-260126-0007", **PERSON))
    assert line["denied"] == sorted(PERSON)
    assert line["dossier"] == "H40.17-260126-0007"


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_never_quotes_the_input(form):
    line = logged(form, exc_info=ValueError(PERSON["name"]))
    assert "ValueError" in line
    assert PERSON["name"] not in line


def test_an_object_is_logged_by_its_kind_only():
    class Holder:
        @override
        def __repr__(self):
            return PERSON["name"]

    assert "<Holder>" in logged("json", thing=Holder())


class Unwritable(io.StringIO):
    """A disk that is full."""

    @override
    def write(self, text):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_cannot_be_written_ends_nothing():
    logs.configure("json", stream=Unwritable())
    try:
        assert structlog.get_logger().warning("lost") is None
    finally:
        structlog.reset_defaults()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_worker_whose_log_cannot_be_written_works_on_and_ends_well():
    with Path("/dev/full").open("w") as full:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.infra.running.workers", "idle"],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "opened\n"
        worker.terminate()
        assert (worker.communicate(timeout=60)[0], worker.returncode) == ("closed\n", 0)
