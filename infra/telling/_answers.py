"""What answers say in words, for the command line and the pages alike: names, people and their offices, articles, rates.

Knows the fields that answers have in common (CLI.md). Must not know terminals or pages.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Final

from domain.rules import RULES
from infra.answers import Answer
from infra.language import LANGUAGES, Language

_ARTICLES: Final = re.compile(r"\bĐ(?P<first>\d+)[-–](?P<last>\d+)(?![\w.]*[-–])")
_CLAUSES: Final = re.compile(r"\bĐ(?P<article>\d+[a-z]?)\.(?P<first>\d+)[-–](?P<last>\d+)\b")
_ARTICLE: Final = re.compile(
    r"\bĐ(?P<article>\d+[a-z]?)(?:\.(?P<clause>\d+)(?P<point>[a-zđ])?)?(?![\w.]*[-–])"
)
_NAMED: Final = re.compile(r"\b(?P<what>mẫu|chỉ số) (?P<n>\d[\d.]*)|\bchưa đối chiếu\b")


def moment(answer: Answer, value: str | None, say: Language, between: str = " ") -> str:
    """An instant; where no source gave its hour, its day and that no hour was given."""
    if value is not None and value in (answer.get("assumed") or ()):
        return f"{say.day(value)}{between}{say('moment.no_hour')}"
    return say.moment(value)


def without_assumed(answer: Answer, told: str, say: Language) -> str:
    """A sentence that names instants, without the hours that no source gave."""
    for value in answer.get("assumed") or ():
        told = told.replace(say.moment(value), moment(answer, value, say))
    return told


def name_of(answer: Answer, code: str | None) -> str:
    """The registered name of a unit or officer where the answer brings one, else the code."""
    if code is None:
        return ""
    names: Mapping[str, str] = answer.get("names") or {}
    return names.get(code) or code


def person(answer: Answer, officer: str | None, unit: str | None, say: Language) -> str:
    """An officer with the unit, where that is not the dossier's own; a unit alone where nobody is named."""
    if officer is None:
        return say("person.unit_only", unit=name_of(answer, unit)) if unit else say("person.nobody")
    shown = name_of(answer, officer)
    named = shown if shown == officer else f"{shown} [{officer}]"
    return f"{named} ({name_of(answer, unit)})" if unit and unit != answer.get("unit") else named


def rule_name(rule: str, say: Language) -> str:
    """A rule's name in the reader's language, for answers that give only its id."""
    names = _rule_names().get(rule)
    return rule if names is None else names[LANGUAGES.index(say.lang)]


@cache
def _rule_names() -> Mapping[str, tuple[str, str]]:
    return {rule.name: (rule.vietnamese, rule.english) for rule in RULES}


def legal_basis(basis: Sequence[Answer], say: Language) -> str:
    """`khoản 9 Điều 19 NĐ 61/2018/NĐ-CP; …`: the articles in one line."""
    return "; ".join(_one_basis(item, say) for item in basis)


def _one_basis(item: Answer, say: Language) -> str:
    article = str(item.get("article") or "")
    spelled = _ARTICLE.sub(lambda match: _spelled(match, say), article)
    for family, pattern in (("articles", _ARTICLES), ("clauses", _CLAUSES)):
        spelled = pattern.sub(partial(_several, family, say), spelled)
    spelled = _NAMED.sub(lambda match: _named(match, say), spelled)
    return f"{spelled} {item['document']}".strip()


def _spelled(match: "re.Match[str]", say: Language) -> str:
    """`Đ11.2c` as the law says it: `điểm c khoản 2 Điều 11`."""
    found = {key: value for key, value in match.groupdict().items() if value}
    depth = ("article", "clause", "point")[len(found) - 1]
    return say(f"basis.{depth}", **found)


def _named(match: "re.Match[str]", say: Language) -> str:
    """What a basis names that is no article, and that an article was not confirmed."""
    kind = {"mẫu": "form", "chỉ số": "indicator"}.get(match["what"], "unchecked")
    return say(f"basis.{kind}", n=match["n"])


def _several(family: str, say: Language, match: "re.Match[str]") -> str:
    """`Đ17-22` and `Đ17.3-4` in words; two neighbours are joined by "and"."""
    pair = int(match["last"]) - int(match["first"]) == 1
    return say(f"basis.{family}.{'two' if pair else 'more'}", **match.groupdict())


def doubts(accepted: str | None, due: str | None, ended: str | None, say: Language) -> list[str]:
    """That a dossier was promised for a day before it was accepted, or ended before: judged as it was stated, a slip most likely."""
    if accepted is None:
        return []
    day, told = say.day(accepted), []
    if due is not None and due[:10] < accepted[:10]:
        told.append(say("explain.due_before_accepted", due=say.day(due), accepted=day))
    if ended is not None and ended[:10] < accepted[:10]:
        told.append(say("explain.ended_before_accepted", ended=say.day(ended), accepted=day))
    return told


def delivery(answer: Answer, say: Language) -> str:
    """Whether it is on record that the letter which counts reached the citizen: when and which way, or that nothing shows it."""
    letter = answer["letter"]
    channel = letter.get("channel")
    told = [] if channel is None else [f"{say('field.channel')}: {say.word('channel', channel)}"]
    when = letter.get("delivered_at")
    return "; ".join(
        [say("explain.letter_undelivered") if when is None else say.moment(when), *told]
    )


def rate(part: int, whole: int, percent: str | None, say: Language) -> str:
    """A rate never stands alone: `98,81 % (635.593/643.272)`; a dash over nothing."""
    if percent is None:
        return "–"
    return f"{_whole(percent, say)} ({say.number(part)}/{say.number(whole)})"


def _whole(percent: str, say: Language) -> str:
    return say.percent(percent).replace(" ", "\xa0")


def coverage(
    item: Answer, known: int | None, say: Language, side: tuple[int, int] | None = None
) -> str:
    """How much of what the unit took in is in the software: `28,50 % (20/70)`; of the `known` where nothing was declared.

    `side`: of how many units something is declared, where not of all (`declaring`).
    """
    declared = item.get("declared")
    percent = item.get("percent")
    if percent is None:
        return "–"
    counts = {"percent": _whole(percent, say), "recorded": say.number(item["recorded"])}
    if declared is None:
        return say("coverage.undeclared", known=say.number(known), **counts)
    if side is not None:
        told = say("coverage.declaring", n=say.number(side[0]), of=say.number(side[1]))
        return say("coverage.declared", declared=say.number(declared), declaring=told, **counts)
    return f"{counts['percent']} ({counts['recorded']}/{say.number(declared)})"


def declaring(side: Sequence[Answer]) -> tuple[int, int] | None:
    """Of rows that add up, in how many something is declared; None where in all, or in none.

    A coverage is of those alone, while the rate beside it is of all of them.
    """
    of = [
        row for row in side if row["received"]["total"] or row["coverage"]["declared"] is not None
    ]
    n = sum(row["coverage"]["declared"] is not None for row in of)
    return (n, len(of)) if 0 < n < len(of) else None


def side_by_side(units: Sequence[Answer]) -> list[Answer]:
    """Rows of the report of units that add up, as the overview shows them: the uppermost, or those next below the only one.

    With those below one stands what is its own, where anything is.
    """
    codes = {unit["unit"] for unit in units}
    top = [unit for unit in units if unit.get("parent") not in codes]
    if len(top) != 1:
        return top
    (one,) = top
    below = [unit for unit in units if unit.get("parent") == one["unit"]]
    received = one["received"]["total"] - sum(unit["received"]["total"] for unit in below)
    declared = (one["coverage"]["declared"] or 0) - sum(
        unit["coverage"]["declared"] or 0 for unit in below
    )
    own = {"received": {"total": received}, "coverage": {"declared": declared or None}}
    return [*below, own]
