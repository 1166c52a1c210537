"""What holds for every file: a docstring, a length that fits in a head, nothing of one person's machine."""

import ast
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "projections", "consumers", "infra")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

LONGEST_MODULE = 500  # lines; the aim is 400

# Written in halves, so that this file does not find itself.
BELONGS_TO_ONE_MACHINE = re.compile(
    "|".join(
        (
            "/ho" + r"me/\w",
            "/Us" + r"ers/\w",
            "/ro" + r"ot/",
            r"(?<![\w.])/wo" + "rk/",
            "/opt" + "/wheels",
            r"pypi\." + "org",
            r"pythonhosted\." + "org",
            "artif" + "actory",
            "--(extra-)?index" + "-url +http",
        )
    ),
    re.IGNORECASE,
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked_files() -> list[Path]:
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        pytest.skip(f"needs git and a clone, to know which files are the project's: {problem}")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_there_are_modules_to_look_at():
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_says_why_it_exists(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, "no module docstring"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_fits_in_a_head(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE, f"{lines} lines: divide it by what its parts know"


def test_every_package_has_its_init():
    folders = {path.parent for path in MODULES}
    assert [
        name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()
    ] == []


def test_no_file_names_one_persons_machine_or_a_package_index():
    found = [
        f"{name_of(path)}:{number}: {hit[0]}"
        for path in tracked_files()
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if (hit := BELONGS_TO_ONE_MACHINE.search(line))
    ]
    assert found == []


def test_every_locked_package_has_a_hash():
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        for pinned in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8")):
            assert pinned.startswith("#") or ("==" in pinned and "--hash=sha256:" in pinned), (
                pinned[:80]
            )


def test_product_is_locked_to_what_was_tested():
    pins = {
        lock: set(
            re.findall(
                r"^(\S+==[^ \\]+)",
                (ROOT / "requirements" / lock).read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        )
        for lock in ("run.txt", "dev.txt")
    }
    assert pins["run.txt"] <= pins["dev.txt"]


def test_a_wheel_holds_what_lies_beside_the_modules():
    packaging = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    taken = packaging["tool"]["setuptools"]["package-data"]["*"]
    beside = [
        path
        for path in tracked_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES and path.suffix != ".py"
    ]

    assert {".css", ".html", ".js"} <= {path.suffix for path in beside}
    assert [
        name_of(path) for path in beside if not any(fnmatch(path.name, kind) for kind in taken)
    ] == []
