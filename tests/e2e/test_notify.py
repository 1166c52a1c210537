"""`dunghen consume notify` as an operator starts it: a process of its own, a real receiver, SIGTERM."""

import subprocess
from types import SimpleNamespace

import pytest

from tests.e2e.test_services import EVENTS, Installation, shows, wait
from tests.infra.notifying.conftest import SECRET, hooking

pytestmark = pytest.mark.e2e

NO_BROKER = SimpleNamespace(bootstrap="127.0.0.1:9")


@pytest.fixture
def installation(database, tmp_path):
    made = Installation(database, NO_BROKER, "unused", tmp_path)
    (tmp_path / "webhook").write_text(SECRET)
    made.environment |= {
        "DUNGHEN_WEBHOOK_SECRET_FILE": str(tmp_path / "webhook"),
        "DUNGHEN_NOTIFY_FROM_BEGINNING": "true",
        "DUNGHEN_WEBHOOK_PRIVATE": "true",
    }
    made.dunghen("migrate")
    return made


def test_a_finding_is_told_to_a_receiver_and_after_a_restart_not_again(installation):
    with hooking() as hook:
        installation.environment["DUNGHEN_WEBHOOK_URLS"] = hook.url
        installation.dunghen("import", str(EVENTS))
        installation.dunghen("violations")
        with installation.serving("consume", "notify") as port:
            wait(lambda: {"result_overdue"} & {n["data"]["rule"] for n in hook.notices()})
            wait(lambda: shows(port, "dunghen_notify_lag_rows 0.0"))
        with installation.serving("consume", "notify"):
            pass
        assert hook.numbers() == sorted(set(hook.numbers()))


def test_a_wrong_address_file_is_named_and_nothing_starts(installation, tmp_path):
    (tmp_path / "addresses.csv").write_text("officer_or_unit,address\ncb-hai,nowhere\n")
    wrong = installation.environment | {
        "DUNGHEN_SMTP_HOST": "mail.example",
        "DUNGHEN_SMTP_FROM": "d@tinh.example",
        "DUNGHEN_NOTIFY_ADDRESSES": str(tmp_path / "addresses.csv"),
    }
    done = subprocess.run(
        installation.command("consume", "notify"),
        env=wrong,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "dòng 2 không có địa chỉ thư" in done.stderr
    assert "Traceback" not in done.stderr
