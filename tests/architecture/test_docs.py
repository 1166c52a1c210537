"""What the documentation says is what is there: generated pages, and files that it points to."""

import re
from pathlib import Path

import pytest

from infra.importers._columns import NAMES
from tests.support.eventdoc import SHAPES, page

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def test_events_page_is_generated_from_the_catalogue():
    assert (ROOT / "docs/events.md").read_text("utf-8") == page(), (
        "python -m tests.support.eventdoc > docs/events.md"
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_shape_is_linked_from_the_events_page(shape):
    assert f"(#{shape.__name__.lower()})" in page()


@pytest.mark.parametrize("column", NAMES)
def test_register_page_lists_every_accepted_name(column):
    written = (ROOT / "docs/register.md").read_text("utf-8")
    assert [name for name in NAMES[column] if name not in written] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    links = LINK.findall(path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def in_table():
    """What the rows of the architecture's table name: a path from the root, a name beside the one before it, or in a row below a folder's."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    folder = ROOT
    for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE):
        for name in re.findall(r"`([\w/.]+)`", row):
            if name.split("/")[0] in {"domain", "projections", "consumers", "infra"}:
                folder = ROOT / name if name.endswith("/") else (ROOT / name).parent
                yield ROOT / name
            else:
                yield folder / name


def test_module_table_names_modules_that_are_there():
    named = list(in_table())
    assert len(named) > 90
    assert [path for path in named if not path.exists()] == []


@pytest.mark.parametrize("package", ["rows", "questions", "messages"])
def test_module_table_names_all_modules_of_a_folder_that_it_takes_apart(package):
    named = set(in_table())
    modules = set((ROOT / "infra" / package).glob("[!_]*.py"))
    assert modules
    assert modules - named == set()
