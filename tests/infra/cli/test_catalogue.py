"""One catalogue for both languages: nothing missing, nothing left over."""

import ast
import re
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from domain import rules
from infra.language import CATALOGUE, Language
from infra.language._words_access import ACCESS
from infra.language._words_answers import ANSWERS
from infra.language._words_case import CASE
from infra.language._words_commands import COMMANDS
from infra.language._words_errors import ERRORS
from infra.language._words_import import IMPORT
from infra.language._words_law import LAW
from infra.language._words_lists import LISTS
from infra.language._words_notices import NOTICES
from infra.language._words_overview import OVERVIEW
from infra.language._words_pages import PAGES
from infra.language._words_people import PEOPLE
from infra.language._words_problems import PROBLEMS
from infra.language._words_servers import SERVERS
from infra.language._words_taking import TAKING
from infra.language._words_upkeep import UPKEEP
from infra.language._words_usage import USAGE

ROOT = Path(__file__).parents[3]
FAMILIES = re.compile(
    r"(class|clock|grade|severity|role|kind|level|event|why|holiday|limit|channel|method|ground|outcome|progress|broken"
    r"|applicant|cannot|refused|regulation|help|basis|field|column|end|metavar|letter_state|letter_outcome|notice_state|notice_change|notice_outcome|digest|problem|act|asker|pages\.bar\.field|pages\.bar\.hint|pages\.onward|filter\.state|filter\.letter|filter\.begun|filter\.differs|filter\.recorded|filter\.declared|filter\.own|imports\.form|imports\.state|imports\.unsent|imports\.fault|people\.part|people\.cases|case\.time|case\.waiting|case\.gone|case\.pair\.unlike|sheet)\."
)
"""Keys made from a value: their users are not literal in the source."""


def literals():
    folders = (
        (ROOT / "infra" / name).rglob("*.py") for name in ("cli", "http", "language", "telling")
    )
    for module in chain(*folders, [ROOT / "infra/given.py"]):
        if not module.name.startswith("_words"):
            yield from (
                n.value
                for n in ast.walk(ast.parse(module.read_text()))
                if isinstance(n, ast.Constant)
            )


def templates():
    """What the templates of the pages say literally: `say("key"`, `say('key'`."""
    for template in (ROOT / "infra/http/pages/templates").glob("*.html"):
        yield from re.findall(r"""say\(["']([\w.]+)["'][,)]""", template.read_text())


def quoted():
    """What stands in quotes in templates: `say("key" if … else "other")` says one of two."""
    for template in (ROOT / "infra/http/pages/templates").glob("*.html"):
        yield from re.findall(r"""["']([\w.]+)["']""", template.read_text())


def raised(name):
    """The codes given literally to an exception anywhere in the product."""
    for module in chain((ROOT / "domain").rglob("*.py"), (ROOT / "infra").rglob("*.py")):
        for call in (n for n in ast.walk(ast.parse(module.read_text())) if isinstance(n, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == name:
                codes = [k.value for k in call.keywords if k.arg == "code"]
                codes += call.args[:1] if name == "Refused" else []
                yield from (c.value for c in codes if isinstance(c, ast.Constant))


def blanks(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", CATALOGUE)
def test_both_languages_say_it_with_the_same_blanks(key):
    vi, en = CATALOGUE[key]
    assert vi.strip()
    assert en.strip()
    assert blanks(vi) == blanks(en)


def test_no_key_is_defined_twice():
    assert len(CATALOGUE) == sum(
        map(
            len,
            (
                ACCESS,
                ANSWERS,
                CASE,
                COMMANDS,
                ERRORS,
                IMPORT,
                LAW,
                LISTS,
                NOTICES,
                OVERVIEW,
                PAGES,
                PEOPLE,
                PROBLEMS,
                TAKING,
                SERVERS,
                UPKEEP,
                USAGE,
            ),
        )
    )


def test_every_key_that_is_said_exists_and_every_key_is_said():
    said = {text for text in literals() if isinstance(text, str)}
    said.update(quoted())
    assert {key for key in CATALOGUE if not FAMILIES.match(key)} <= said


def test_every_sentence_of_a_template_is_there():
    assert set(templates()) - set(CATALOGUE) == set()


def test_every_sentence_asked_for_literally_is_there():
    for module in (ROOT / "infra" / "cli").glob("*.py"):
        for call in (n for n in ast.walk(ast.parse(module.read_text())) if isinstance(n, ast.Call)):
            name = (
                call.func.attr
                if isinstance(call.func, ast.Attribute)
                else getattr(call.func, "id", "")
            )
            if name == "say" and call.args and isinstance(call.args[0], ast.Constant):
                assert call.args[0].value in CATALOGUE, f"{module.name}:{call.lineno}"


def test_every_refusal_has_words():
    assert {f"refused.{code}" for code in raised("Refused")} <= CATALOGUE.keys()


def test_every_trouble_of_the_place_has_words():
    assert {f"cannot.{code}" for code in raised("CannotRun")} <= CATALOGUE.keys()


def test_every_role_has_a_word():
    assert {f"role.{role}" for role in get_args(rules.Role)} <= CATALOGUE.keys()


def test_every_holiday_of_the_calendar_has_a_name():
    notes = (ROOT / "domain/data/calendar-vn-2018-2027.csv").read_text().splitlines()[1:]
    plain = {
        n.split(",", 2)[2].removesuffix(" (observed)") for n in notes if "substituted" not in n
    }
    assert {f"holiday.{note}" for note in plain} <= CATALOGUE.keys()


@pytest.mark.parametrize(
    ("lang", "number", "percent", "duration"),
    [
        ("vi", "1.680", "61,45 %", "3 ngày làm việc 2 giờ 10 phút"),
        ("en", "1,680", "61.45 %", "3 working days 2 h 10 min"),
    ],
)
def test_figures_take_the_readers_form(lang, number, percent, duration):
    say = Language(lang)
    assert (say.number(1680), say.percent("61.45"), say.duration(3 * 480 + 130)) == (
        number,
        percent,
        duration,
    )


def test_what_is_missing_is_said_and_never_zero():
    say = Language("vi")
    assert {say.number(None), say.percent(None), say.day(None), say.duration(None)} == {"chưa có"}


def test_instants_are_shown_in_viet_nam():
    assert Language("en").moment("2026-03-09T18:30:00Z") == "10/03/2026 01:30"
