"""Which files are meant, and what they are taken for."""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.errors import CannotRun
from infra.importers import File, Input, expand
from tests.infra.importers.conftest import HEADER, NOW, ROW
from tests.infra.importers.test_event_files import event

CSV = f"{HEADER}\n{ROW}".encode()


@pytest.fixture
def there(tmp_path, monkeypatch):
    """A folder that is the present one."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "b/2.jsonl",
        "b/1.csv.gz",
        "a.xlsx",
        "b/notes.txt",
        "b/.hidden.csv",
        "b/~$a.xlsx",
        "c [1].csv",
    ):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(CSV)
    return tmp_path


def found(*paths, **options):
    return [
        (given.path, given.refusal.code if given.refusal else "")
        for given in expand(paths, **options)
    ]


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    ("paths", "meant"),
    [
        ([".", "a.xlsx"], ["a.xlsx", "c [1].csv", "b/1.csv.gz", "b/2.jsonl"]),
        (["b/*"], ["b/1.csv.gz", "b/2.jsonl", "b/notes.txt"]),
        (["**/*.jsonl"], ["b/2.jsonl"]),
        (["c [1].csv", "-"], ["c [1].csv", "-"]),
    ],
)
def test_folders_globs_and_names_are_looked_up_in_order(paths, meant):
    assert found(*paths) == [(path, "") for path in meant]


def test_absolute_globs_work(there):
    assert found(f"{there}/b/*.jsonl") == [(f"{there}/b/2.jsonl", "")]


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("x.csv", "not_found"),
        ("x*.csv", "not_found"),
        ("x**y*.csv", "not_found"),
        ("a\0b", "not_found"),
        ("", "not_found"),
    ],
)
def test_what_is_not_there_is_told(path, code):
    assert found(path) == [(path, code)]


def test_a_folder_of_other_things_is_told(tmp_path):
    (tmp_path / "notes.txt").touch()
    assert found(str(tmp_path)) == [(str(tmp_path), "nothing_to_import")]


@contextmanager
def as_nobody():
    """Root has all rights: what is without rights must be tried as somebody else."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


def test_a_folder_or_file_without_rights_is_told(there):
    for parent in there.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o005)
    there.chmod(0o755)
    (there / "b").chmod(0)
    (there / "a.xlsx").chmod(0)
    with as_nobody():
        assert found(str(there / "b")) == [(str(there / "b"), "unreadable")]
        (line,) = File(Input(path=str(there / "a.xlsx"))).lines(source=None, recorded_at=NOW)
    (there / "b").chmod(0o755)
    assert line.number == 0
    assert line.refusal
    assert line.refusal.code == "unreadable"


@pytest.mark.usefixtures("there")
def test_our_own_rejects_are_not_read_again():
    assert ("b/2.jsonl", "") not in found("b", leave_out=Path("b/2.jsonl"))
    with pytest.raises(CannotRun):
        expand(["b/2.jsonl"], leave_out=Path("b/2.jsonl"))


def test_a_link_to_itself_is_told_and_may_be_named_for_the_rejects(there):
    (there / "loop.csv").symlink_to("loop.csv")
    assert found("loop.csv", leave_out=there / "other.csv") == [("loop.csv", "unreadable")]
    assert found("a.xlsx", leave_out=there / "loop.csv") == [("a.xlsx", "")]


# ── what a file is taken for ──


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("a.jsonl", event(1), "events"),
        ("a.csv", CSV, "register"),
        ("a.json", event(1), "events"),
        ("a", b"\n " + event(1), "events"),
        ("a", CSV, "register"),
        ("a.dat", b'{"service": "DongBoHoSoMC", "data": [{"MaHoSo": "1"}]}', "sync"),
        ("a.json", b'{"content": [{"code": "1", "acceptedDate": null}]}', "igate"),
    ],
)
def test_the_format_is_found_by_name_and_then_by_content(tmp_path, name, content, taken):
    path = tmp_path / name
    path.write_bytes(content)
    file = File(Input(path=str(path)))
    list(file.lines(source=None, recorded_at=NOW))
    assert file.format == taken


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported_format"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported_format"),
        ("a.xls", b"<html><table>", "unsupported_format"),
        ("a.xlsx", CSV, "invalid_xlsx"),
        ("a.csv", b"PK\x03\x04", "invalid_xlsx"),
        ("a.json", b'{"a": 1}', "unknown_format"),
        ("a.csv", b"\x1f\x8b\x08broken", "corrupt_file"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    (line,) = File(Input(path=str(path))).lines(source=None, recorded_at=NOW)
    assert line.number == 0
    assert line.refusal
    assert line.refusal.code == code
