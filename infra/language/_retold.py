"""An English refusal told again in Vietnamese, sentence by sentence.

Knows the templates, and how readers of records put several problems together. Must not know who refuses.
"""

import re
from functools import cache
from typing import Final

from infra.language._words_incoming import INCOMING
from infra.language._words_law import LAW
from infra.language._words_records import RECORDS
from infra.language._words_refusals import REFUSALS
from infra.language._words_settings import SETTINGS

_BLANK: Final = re.compile(r"\\\{(\w+)\\\}")
_A_TEXT: Final = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_IN_A_BLANK: Final = {"name": "[^;]", "example": "[^;]", "given": rf"(?>{_A_TEXT}|(?!\): ).)"}
"""Where these are, a blank never reaches over into another problem: it would be told in English."""
_OTHERS: Final = {"detail", "what"}
"""What a library says, which may be several sentences."""
_LIBRARY: Final = re.compile(r"(?:Input|String) should (?:(?!; ).)*", re.DOTALL)
"""One problem that pydantic words itself."""
Patterns = tuple[tuple[re.Pattern[str], str], ...]
_PREFIX: Final = re.compile(r"(?P<where>[^:;'\"]{1,60}): (?P<what>.+)", re.DOTALL)
_BETWEEN: Final = "; "
_QUOTED: Final = re.compile(r"(?<!\w)'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
"""What a value is given as: in it a semicolon is the sender's and not one between two problems."""
_WORDS: Final = {
    "working_days": "ngày làm việc",
    "working_hours": "giờ làm việc",
    "calendar_days": "ngày",
    "empty": "để trống",
    "the result": "Ngày có kết quả",
    "the return": "Ngày trả kết quả",
    "the refusal": "Ngày từ chối",
    "the stop": "Ngày dừng xử lý",
    "the withdrawal": "Ngày rút hồ sơ",
}
_LONGEST: Final = 4_000
"""Characters of what is told again: what is longer holds what somebody sent, and trying its parts takes the square of them."""
_MOST: Final = 40
"""Parts of it."""


def retold(english: str) -> str | None:
    """The problems in Vietnamese; None where not all of them are known, or they are more than anybody reads."""
    told: list[str] = []
    parts = english.split(_BETWEEN)
    if len(english) > _LONGEST or len(parts) > _MOST:
        return None
    while parts:
        for taken in range(len(parts), 0, -1):
            one = _sentence(_BETWEEN.join(parts[:taken]))
            if one is not None:
                told.append(one)
                del parts[:taken]
                break
        else:
            return None
    return _BETWEEN.join(told)


def setting_retold(english: str) -> str:
    """What is wrong with a setting, in Vietnamese; a sentence that is not known stays as it is."""
    return _setting(english) or _BETWEEN.join(
        _setting(each) or each for each in english.split(_BETWEEN)
    )


def _setting(english: str) -> str | None:
    return next(
        (
            vietnamese.format_map(match.groupdict())
            for pattern, vietnamese in _compiled(SETTINGS)
            if (match := pattern.fullmatch(english))
        ),
        None,
    )


def _sentence(english: str) -> str | None:
    """One problem: under a column's name, of an event, or by itself."""
    prefixed = _PREFIX.fullmatch(english)
    if prefixed is not None and _names(prefixed["where"]):
        where, inner = prefixed["where"], _plain(prefixed["what"], wide=False)
        if inner is None and _LIBRARY.fullmatch(prefixed["what"]):
            return _plain(english) or f"{where}: giá trị không hợp lệ"
        if inner is not None:
            kind = LAW.get(f"event.{where}")
            if kind is not None:
                return f"{kind[0]}: {inner}"
            return f"{where} {inner}" if where[:1].isupper() else f"{where}: {inner}"
        nested = _sentence(prefixed["what"]) if f"event.{where}" in LAW else None
        if nested is not None:
            return f"{LAW[f'event.{where}'][0]}: {nested}"
    return _plain(english)


def _names(where: str) -> bool:
    """Whether it can be the name of a column, a field or an event; anything else is English that goes on."""
    return where[:1].isupper() or " " not in where


def _plain(english: str, *, wide: bool = True) -> str | None:
    templates = _patterns() if wide else _patterns()[:-1]
    for pattern, vietnamese in templates:
        match = pattern.fullmatch(english)
        if match is not None and not _reaches_over(match):
            values = {name: _WORDS.get(value, value) for name, value in match.groupdict().items()}
            return vietnamese.format_map(values)
    return None


def _reaches_over(match: re.Match[str]) -> bool:
    """Whether a blank took the beginning of another problem in: that would be told in English."""
    values = match.groupdict().items()
    return any(_BETWEEN in _QUOTED.sub("", value) for name, value in values if name not in _OTHERS)


def _patterns() -> Patterns:
    return _compiled((*INCOMING, *RECORDS, *REFUSALS))


@cache
def _compiled(templates: tuple[tuple[str, str], ...]) -> Patterns:
    return tuple(
        (re.compile(_BLANK.sub(_blank, re.escape(english)), re.DOTALL), vietnamese)
        for english, vietnamese in templates
    )


def _blank(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{_IN_A_BLANK.get(found[1], '.')}+?)"
