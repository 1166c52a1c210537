"""The shell examples of the documentation, run in order in a fresh folder: exit codes, and what they are said to print.

Those that ask a server are asked by tests/infra/http/test_examples.py.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"\s+# exit code (\d+)$")
ELLIPSIS = "…"


def examples(page):
    """(command, exit code, lines shown) of every `$ ` in the page's console blocks."""
    for block in BLOCK.findall((ROOT / page).read_text("utf-8")):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = example.split("\n")
            if "curl " in command:
                continue
            code = EXIT.search(command)
            lines = [line for line in shown if line.strip() not in {"", ELLIPSIS}]
            yield EXIT.sub("", command), int(code[1]) if code else 0, lines


def console(folder):
    """Run a command as the page's reader does: `dunghen` and `python` are those of this environment."""
    shutil.copytree(ROOT / "docs" / "examples", folder / "docs" / "examples")
    (folder / ".demo").mkdir()
    own = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DUNGHEN_DATA": str(folder / "data"),
        "DUNGHEN_LANG": "en",
    }

    def run(command):
        return subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env={**os.environ, **own},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.mark.e2e
@pytest.mark.parametrize("page", ["README.md", "docs/operations.md"])
def test_examples_do_what_the_page_says(page, tmp_path):
    run = console(tmp_path)
    for command, code, shown in examples(page):
        done = run(command)
        assert done.returncode == code, f"{command}\n{done.stderr}"
        printed = [line.rstrip() for line in done.stdout.splitlines()]
        assert [line for line in shown if line not in printed] == [], command


def test_the_readme_shows_every_command_that_reads_the_store():
    shown = {command.split()[1] for command, _, _ in examples("README.md")}
    told = {"import", "history", "explain", "violations", "report", "rebuild", "verify", "person"}
    assert shown == told
