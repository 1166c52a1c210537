"""Hypothesis strategies for facts of every kind, made from the dataclasses themselves: a new field is covered by itself."""

from dataclasses import MISSING, fields
from datetime import date, datetime, timedelta, timezone
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from domain import events, facts
from domain.facts import Fact, Said
from domain.keepable import MOST_COPIES, NAMES
from domain.values import VN, Limit, is_blank

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
identifiers = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).filter(lambda text: text == " ".join(text.split()) and not is_blank(text))
names = texts.filter(lambda text: not is_blank(text))
days = st.dates(date(1977, 1, 1), date(2197, 12, 31))
instants = st.builds(datetime.combine, days, st.times(), st.just(VN))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
dues = st.one_of(days, instants)
limits = st.one_of(
    st.builds(Limit, st.integers(0, 10_000), st.sampled_from(["working_days", "calendar_days"])),
    st.builds(Limit, st.integers(1, 80_000), st.just("working_hours")),
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
_SPECIAL: dict[tuple[type, str], st.SearchStrategy[Any]] = {
    (facts.Accepted, "copies"): st.none() | st.integers(0, MOST_COPIES),
    (facts.IntakeDeclared, "period"): st.sampled_from(["2021-01/2021-04", "2021-01-05/2021-02-28"]),
    (facts.IntakeDeclared, "count"): st.integers(0, 10**6),
    (facts.PortalStateObserved, "status"): st.integers(1, 10),
}


@cache
def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if hint == date | datetime:
        return dues
    if get_origin(hint) in {Union, UnionType}:
        return st.one_of(*(of_type(member) for member in get_args(hint)))
    if get_origin(hint) is list:
        return st.lists(of_type(get_args(hint)[0]), max_size=3)
    if get_origin(hint) is dict:
        return st.dictionaries(texts, json_values, max_size=4)
    simple = {
        type(None): st.none(),
        str: texts,
        int: st.integers(-(2**60), 2**60),
        bool: st.booleans(),
        date: days,
        datetime: instants,
        Limit: limits,
    }
    return simple[hint] if hint in simple else of_dataclass(hint)


def of_dataclass(cls: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    optional: dict[str, st.SearchStrategy[Any]] = {}
    required: dict[str, st.SearchStrategy[Any]] = {}
    for field in fields(cls):
        values = _SPECIAL.get((cls, field.name))
        if values is None and field.name in NAMES and hints[field.name] in {str, str | None}:
            values = names if hints[field.name] is str else st.none() | names
        values = of_type(hints[field.name]) if values is None else values
        (required if field.default is MISSING else optional)[field.name] = values
    return st.fixed_dictionaries(required, optional=optional).map(lambda said: cls(**said))


@cache
def data_of(kind: str) -> st.SearchStrategy[Said]:
    return of_dataclass(events.KINDS[kind][1])


kinds = st.sampled_from(sorted(events.KINDS))


@st.composite
def some_fact(draw: st.DrawFn, of: st.SearchStrategy[str] = kinds) -> Fact[Said]:
    """A fact as it is when it has been read: canonical bytes and all."""
    kind = draw(of)
    bare: Fact[Said] = Fact(
        id=draw(identifiers),
        source=draw(identifiers),
        kind=kind,
        subject=draw(identifiers),
        time=draw(instants),
        recorded_at=draw(instants),
        recorded_known=draw(st.booleans()),
        data=draw(data_of(kind)),
        correlation=draw(st.none() | identifiers),
        causation=draw(st.none() | identifiers),
        content=b"",
    )
    return events.with_content(bare)
