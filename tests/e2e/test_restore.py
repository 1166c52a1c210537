"""The operator's page, carried out: back up, destroy, restore, verify, with the very commands that it gives."""

import base64
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import MASTER
from tests.support.servers.fixtures import fresh_database, give_up
from tests.support.servers.pgbinaries import of_system, of_wheel, version
from tests.support.servers.values import Unavailable

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operating.md").read_text("utf-8")
CODE = "Y09.21-260202-0007"


def commands(section):
    _, found, rest = PAGE.partition(f"\n## {section}\n")
    assert found
    blocks = re.findall(r"^```sh\n(.*?)^```$", rest.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    return "".join(blocks)


def tools(server):
    """A folder with programs that understand this server."""
    with psycopg.connect(server.superuser_url) as connection:
        major = connection.info.server_version // 10_000
    folder = next(understanding(major), None)
    if folder is None:
        give_up(f"no pg_dump of PostgreSQL {major} or newer", os.environ)
    return folder


def understanding(major):
    for find in (of_wheel, of_system):
        with suppress(Unavailable):
            folder = find()
            if version(folder) >= major and (folder / "pg_dump").exists():
                yield folder


class Shell:
    """Runs commands as the operator does; they must succeed."""

    def __init__(self, folder, environment, database):
        self.folder, self.environment, self.database = folder, environment, database

    def __call__(self, script):
        done = subprocess.run(
            ["bash", "-eu", "-c", script],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def destroy(self):
        with psycopg.connect(self.database.server.superuser_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{self.database.name}" WITH (FORCE)')


@pytest.fixture
def shell(own_postgres, tmp_path):
    for name in ("backup", "safe"):
        (tmp_path / name).mkdir()
    (tmp_path / "key").write_bytes(base64.b64encode(MASTER))
    path = (str(Path(sys.executable).parent), str(tools(own_postgres)), os.environ["PATH"])
    with fresh_database(own_postgres) as database:
        environment = {
            "PATH": os.pathsep.join(path),
            "BACKUP": str(tmp_path / "backup"),
            "SAFE": str(tmp_path / "safe"),
            "SERVER": own_postgres.superuser_url,
            "DUNGHEN_DATABASE_URL": database.url,
            "DUNGHEN_MASTER_KEY_FILE": str(tmp_path / "key"),
            "DUNGHEN_LANG": "en",
            "PYTHONPATH": str(ROOT),
        }
        yield Shell(tmp_path, environment, database)


def test_a_backup_is_restored_after_the_database_was_destroyed(shell):
    shell(f"dunghen migrate; dunghen import {ROOT}/docs/examples/events.jsonl")
    before = shell(f"dunghen explain {CODE} --json --as-of 2026-06-30 --known-at 2027-06-30")
    shell(commands("Backup"))
    shell.destroy()
    shell('cp "$SAFE/master.key" "$DUNGHEN_MASTER_KEY_FILE"')
    assert "THE LOG IS WHOLE" in shell(commands("Restore"))
    assert before == shell(
        f"dunghen explain {CODE} --json --as-of 2026-06-30 --known-at 2027-06-30"
    )
    assert "Người Ví Dụ" in shell(f"dunghen person show {CODE}")


def test_a_projector_may_still_make_tables_after_a_restore(shell):
    shell("dunghen migrate")
    shell(commands("Backup"))
    shell.destroy()
    shell(commands("Restore"))
    with psycopg.connect(shell.database.url) as connection:
        row = connection.execute(
            "SELECT has_database_privilege('dunghen_projector', current_database(), 'CREATE')"
        ).fetchone()
    assert row == (True,)
