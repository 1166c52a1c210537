"""What `make serve-demo` and `make screenshots` call: a folder filled once, served, and pictures of every page of it."""

import errno
import socket
import subprocess
import sys

import pytest

from tests.scenarios import can_tho, screens, serving
from tests.scenarios.asking import ROOT
from tests.scenarios.shown import SHOWS
from tests.support.answering import asking, stores_of
from tests.support.servers import free_port

pytestmark = pytest.mark.xdist_group("browser")  # the folder is filled once


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo's folder, with one situation for all five, very small."""
    folder = tmp_path_factory.mktemp("demo") / "pages"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "SHOWS", [show for show in SHOWS if show.module is can_tho])
        patch.setattr(serving, "_SMALLER", 40)
        folder.mkdir()
        (folder / "data").write_text("what an interrupted filling left")
        serving.fill(folder, watched=False)
        yield folder


def test_a_folder_is_filled_whole_and_once(demo):
    assert {each.name for each in demo.iterdir()} == {"data", "filled"}
    before = sorted(each.stat().st_mtime_ns for each in (demo / "data").iterdir())

    assert serving.fill(demo, watched=False) == demo / "data"
    assert sorted(each.stat().st_mtime_ns for each in (demo / "data").iterdir()) == before


def test_the_links_to_the_situations_lead_to_their_moments_and_the_documents_have_them(demo):
    told = dict(serving.moments())
    with asking(stores_of(demo / "data"), headers={"accept": "text/html"}) as client:
        there = client.get(f"/{told['Cần Thơ']}").text

    assert "31/05/2024" in there
    assert 'data-name="' in there  # of the units below
    assert len(told) == len(SHOWS) == 5
    page = (ROOT / "docs/dashboard.md").read_text(encoding="utf-8")
    for place, query in told.items():
        assert f"[{place}](http://127.0.0.1:8000/{query})" in page


@pytest.mark.usefixtures("chromium")
def test_pictures_are_taken_and_the_documents_have_all_of_them(demo, tmp_path, monkeypatch):
    monkeypatch.setattr(screens, "fill", lambda: demo / "data")
    monkeypatch.setattr(screens, "FOLDER", tmp_path / "screens")
    some = ["overview", "dossier-phone", "officer"]

    assert screens.main(some) == 0

    taken = {each.stem: each.read_bytes() for each in (tmp_path / "screens").iterdir()}
    assert sorted(taken) == sorted(some)
    assert all(picture.startswith(b"\x89PNG") for picture in taken.values())
    kept = {each.stem for each in (ROOT / "docs/screens").iterdir()}
    assert kept == {shot.name for shot in screens.shots("", "")}


def test_sigterm_ends_the_server_too(tmp_path):
    port = free_port()
    served = (
        "import pathlib, sys; from tests.scenarios import serving;"
        f"serving.fill = lambda: pathlib.Path({str(tmp_path)!r});"
        f"sys.exit(serving.main(['--port', '{port}']))"
    )
    command = [sys.executable, "-c", served]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any("Ctrl-C" in line for line in process.stdout), "it serves"
        process.terminate()
        assert process.wait(60) == 0

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED
