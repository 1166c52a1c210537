"""Files handed in beside a server: rehearsed, taken in, stopped, one at a time, and what may be wrong with a name."""

import json
import threading
import time
from contextlib import closing
from typing import Any

import pytest

from domain.errors import Refused
from infra.audit import audit
from infra.importing import jobs as importjobs
from infra.importing import taking as importing
from infra.importing.jobs import ImportJobs, safe_name
from infra.settings.data import Settings
from infra.wiring import clock, open_store
from tests.architecture.test_docs import ROOT

EVENTS = ROOT / "docs/examples/events.jsonl"
REGISTER = ROOT / "docs/examples/register.csv"


@pytest.fixture
def data(tmp_path):
    return Settings(data=tmp_path / "data")


@pytest.fixture
def jobs(data):
    held = ImportJobs(lambda: open_store(data), clock)
    yield held
    held.close()


def handed(jobs, path, name=None):
    with jobs.file() as file:
        file.write(path.read_bytes() if not isinstance(path, bytes) else path)
        file.flush()
        return jobs.hand_in(file, name or path.name, by="lan")


def ended(job):
    deadline = time.monotonic() + 60
    while job.running:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return job


def stored(data):
    with closing(open_store(data)) as store:
        return store.log.max_position() - store.log.access_events()


def test_a_rehearsal_stores_nothing_and_tells_what_an_import_would(jobs, data):
    job = ended(handed(jobs, REGISTER))

    assert job.state == "rehearsed"
    assert (job.summary.read, job.summary.accepted, job.summary.refused) == (4, 11, 1)
    assert job.summary.rejects[0].path == "register.csv"
    assert stored(data) == 0


def test_another_may_come_while_somebody_looks_which_is_under_way(jobs, monkeypatch):
    running, came = vars(importjobs.Job)["running"].fget, list[Any]()

    def looked_at(job):
        if not came:
            came.append(None)
            came.append(handed(jobs, REGISTER))
        return running(job)

    for _ in range(2):
        ended(handed(jobs, REGISTER))
    monkeypatch.setattr(importjobs.Job, "running", property(looked_at))

    assert jobs.running in {None, came[1]}
    assert jobs.all()[0] is ended(came[1])


def test_what_is_taken_in_is_in_the_log_and_twice_is_once(jobs, data):
    for accepted in (9, 0):
        job = ended(handed(jobs, EVENTS))
        jobs.import_(job, by="lan")

        assert ended(job).state == "imported"
        assert job.summary.accepted == accepted
        assert stored(data) == 9


def test_who_takes_a_file_into_the_log_is_on_record(jobs, data):
    job = ended(handed(jobs, EVENTS))
    jobs.import_(job, by="mai")
    ended(job)

    with closing(open_store(data)) as store:
        (act,) = audit(store)["acts"]
    assert (act["act"], act["by"], act["about"]) == ("imported", "mai", "events.jsonl")


def test_the_refused_lines_are_there_with_what_they_hold(jobs):
    job = ended(handed(jobs, REGISTER))

    (line,) = map(json.loads, jobs.rejects(job).read_text().splitlines())
    assert (line["path"], line["line"]) == ("register.csv", 6)
    assert "31/02/2026" in line["input"]
    assert jobs.rejects(job).stat().st_mode & 0o077 == 0


def test_one_at_a_time(jobs, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(importjobs, "import_paths", waiting(go_on))
    first = handed(jobs, EVENTS)

    with pytest.raises(Refused, match="another import"):
        handed(jobs, REGISTER)
    go_on.set()
    assert ended(first).state == "rehearsed"


def waiting(go_on):
    imported = importing.import_paths

    def import_paths(recorder, paths, **options):
        go_on.wait(60)
        return imported(recorder, paths, **options)

    return import_paths


def test_one_that_is_stopped_is_completed_when_it_is_taken_in_again(jobs, data, monkeypatch):
    job = ended(handed(jobs, EVENTS))
    monkeypatch.setattr(importjobs, "EVENTS", 2)
    recorded = importjobs._Watched.record

    def once(self, facts, /, *, together=None):
        try:
            return recorded(self, facts, together=together)
        finally:
            job.stop.set()

    monkeypatch.setattr(importjobs._Watched, "record", once)
    jobs.import_(job, by="lan")
    assert ended(job).state == "stopped"
    assert 0 < stored(data) < 9

    monkeypatch.setattr(importjobs._Watched, "record", recorded)
    jobs.import_(job, by="lan")
    assert ended(job).state == "imported"
    assert stored(data) == 9


def test_the_end_of_the_server_ends_it_and_leaves_no_file(jobs, monkeypatch):
    job = handed(jobs, EVENTS)
    folder = jobs._home()

    jobs.close()

    assert not job.running
    assert not folder.exists()
    with pytest.raises(Refused, match="another import"):
        handed(jobs, EVENTS)


def test_of_a_fault_only_the_kind_is_told(jobs, monkeypatch):
    def fault(*_, **__):
        raise RuntimeError("Nguyễn Văn A")

    monkeypatch.setattr(importjobs, "import_paths", fault)
    job = ended(handed(jobs, EVENTS))

    assert job.state == "failed"
    assert job.fault.code == "import_fault"
    assert "Nguyễn" not in str(job.fault)


def test_a_file_that_unfolds_into_refusals_is_given_up(jobs, monkeypatch):
    monkeypatch.setattr(importjobs, "_ROOM", 1_000)
    monkeypatch.setattr(importjobs, "EVENTS", 10)
    job = ended(handed(jobs, b"{}\n" * 300_000, "x.jsonl"))

    assert job.state == "failed"
    assert job.fault.code == "too_many_refused"


def test_of_many_the_last_are_remembered(jobs, monkeypatch):
    monkeypatch.setattr(importjobs, "REMEMBERED", 2)
    first, *rest = [ended(handed(jobs, EVENTS)) for _ in range(3)]

    assert jobs.job(first.id) is None
    assert jobs.all() == rest[::-1]
    with pytest.raises(Refused, match="no longer here"):
        jobs.import_(first, by="lan")


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("sổ 2019.csv", "sổ 2019.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\lan\\so.xlsx", "so.xlsx"),
        ("-", "-"),
        ("*.csv", "*.csv"),
    ],
)
def test_a_name_is_its_last_part(given, plain):
    assert safe_name(given) == plain


@pytest.mark.parametrize(
    "given", ["", "..", "a/", "a\n.csv", "a\0b", "x" * 121, "rejects.jsonl", "\u202evsc.x"]
)
def test_a_name_that_cannot_be_used_is_refused(given):
    with pytest.raises(Refused, match="rename it"):
        safe_name(given)


def test_a_name_that_looks_like_a_pattern_or_a_pipe_is_a_file(jobs, data):
    for name in ("-", "*.jsonl"):
        job = ended(handed(jobs, EVENTS.read_bytes(), name))
        assert job.summary.read == 9, job.summary


def test_only_few_files_may_come_at_once(jobs):
    with jobs.file(), jobs.file(), jobs.file(), pytest.raises(Refused, match="another import"):
        jobs.file()
    jobs.file().close()
