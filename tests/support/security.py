"""`make security`: bandit over the code, pip-audit over the locked packages.

    python -m tests.support.security

Each kind of finding that is meant stands here with the files that it is meant in and the reason; any other, and one that is not found
any more, is told, and the exit code is 1. Knows both tools' reports. Must not know the code.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("domain", "projections", "consumers", "infra")


class Meant(NamedTuple):
    """A kind of finding that is meant in some files, and none of these."""

    test: str
    files: tuple[str, ...]
    reason: str
    never: tuple[str, ...] = ()


MEANT: Final = (
    Meant(
        "B101",
        ("domain/*", "consumers/*", "infra/*"),
        "an assert narrows a type, and guards nothing",
        never=(
            "infra/access.py",
            "infra/audit.py",
            "infra/credentials.py",
            "infra/scoping.py",
            "infra/vault.py",
            "infra/http/access/*",
        ),
    ),
    Meant(
        "B105",
        ("infra/cli/_commands.py", "infra/http/document/shapes_acts.py"),
        "the name of a command beside that of a module; an example that has no secret",
    ),
    Meant("B406", ("infra/sheets/_xlsx.py",), "it writes XML, and parses none"),
    Meant(
        "B608",
        (
            "infra/messages/announcing.py",
            "infra/questions/asking.py",
            "infra/questions/feed.py",
            "infra/questions/filtering.py",
            "infra/questions/findings.py",
            "infra/questions/judgements.py",
            "infra/questions/readback.py",
            "infra/questions/dossiers.py",
            "infra/questions/officer.py",
            "infra/questions/officers.py",
            "infra/questions/overview.py",
            "infra/questions/reports.py",
            "infra/questions/about.py",
            "infra/questions/workload.py",
            "infra/scoping.py",
            "infra/rows/pictures.py",
            "infra/rows/tables.py",
            "infra/rows/transaction.py",
            "infra/rows/views.py",
            "infra/sqlite/*.py",
            "infra/postgres/*.py",
        ),
        "SQL over tables that the projections name; every value is a parameter",
    ),
    Meant(
        "B704",
        ("infra/http/pages/_shell.py",),
        "what a template of ours has rendered, and escaped, goes into another",
    ),
)


def of_bandit() -> list[dict[str, Any]]:
    """What bandit finds."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--format", "json", "--recursive"]
    done = subprocess.run(
        [*command, *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert not report["errors"], report["errors"]
    found: list[dict[str, Any]] = report["results"]
    return found


def not_meant(found: list[dict[str, Any]]) -> Iterator[str]:
    """What is found and not meant, and what is meant and not found."""
    used = set()
    for each in found:
        meant = next((one for one in MEANT if _fits(one, each)), None)
        if meant is None:
            place = f"{each['filename']}:{each['line_number']}"
            yield f"{place}: {each['test_id']} {each['issue_text']}"
        else:
            used |= {(meant.test, file) for file in meant.files if fnmatch(each["filename"], file)}
    for meant in MEANT:
        for file in meant.files:
            if (meant.test, file) not in used:
                yield f"{meant.test} is meant in {file}, and not found there any more"


def _fits(meant: Meant, found: dict[str, Any]) -> bool:
    def among(files: tuple[str, ...]) -> bool:
        return any(fnmatch(found["filename"], file) for file in files)

    return found["test_id"] == meant.test and among(meant.files) and not among(meant.never)


def of_pip_audit() -> tuple[list[str], str | None]:
    """Known holes in what is locked; or why that cannot be known here."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", "requirements/dev.txt"]
    options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    try:
        done = subprocess.run(
            [*command, *options, "--timeout", "15"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [], "its source does not answer"
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return [], (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {hole['fix_versions']}"
        for package in packages
        for hole in package.get("vulns", ())
    ]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        return [], "its source knows none of the packages here"
    return holes + [f"{name}: its source does not know it" for name in unknown], None


def main() -> int:
    """Both, to the end."""
    wrong = list(not_meant(of_bandit()))
    print(f"bandit: {len(wrong)} findings that are not meant")
    holes, skipped = of_pip_audit()
    print(f"pip-audit: {f'skipped: {skipped}' if skipped else f'{len(holes)} findings'}")
    for line in [*wrong, *holes]:
        print(f"  {line}")
    return 1 if wrong or holes else 0


if __name__ == "__main__":
    sys.exit(main())
