"""The frame of every page: the template environment, the navigation, the bar, and a problem as a page.

Knows templates. Must not know what a page is about. Everything is escaped unless a template of ours made it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from domain.deadlines import Class
from infra.access import Right
from infra.http.pages._asking import FIELDS, Asking, as_read, local, path_of, unread
from infra.http.pages._static import ROOT
from infra.language import instant_of
from infra.telling import doubts, legal_basis

PAGE: Final = 50
"""Rows of a list on a page."""
_ROWS_AT_MOST: Final = 10_000
"""Of an answer of the API."""

NAVIGATION: Final[Sequence[tuple[str, str, Right]]] = (
    ("/", "pages.overview", "figures"),
    ("/vi-pham", "pages.violations", "dossiers"),
    ("/ho-so", "pages.dossiers", "dossiers"),
    ("/nhap", "imports.title", "take"),
)
"""The address of each page that the navigation leads to, the key of its name, and what it needs of who is led there."""

_MOODS: Final[Mapping[Class, str]] = {
    "early": "ok",
    "on_time": "ok",
    "in_time": "ok",
    "late": "late",
    "overdue": "late",
    "waiting": "wait",
}
"""The hue of a class. The fourth, due soon, is of figures: a dossier that falls due tomorrow is in time."""

_TEMPLATES: Final = Environment(
    loader=PackageLoader("infra.http.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # no look at the files for each answer
)
_TEMPLATES.globals |= {
    "static": ROOT,
    "path_of": path_of,
    "page_rows": PAGE,
    "most_rows": _ROWS_AT_MOST,
    "product_version": version("dunghen"),
    "doubts_of": doubts,
    "basis_of": legal_basis,
}
_TEMPLATES.filters["mood"] = lambda class_: _MOODS.get(class_, "ink")
_TEMPLATES.filters["second"] = lambda moment: local(
    instant_of(moment).replace(microsecond=0).isoformat()
)


def compile_all() -> None:
    """Compile every template, once a process, so that no visitor waits for it: that of the overview takes longer than its answer."""
    for name in _TEMPLATES.list_templates():
        _TEMPLATES.get_template(name)


def page(
    asked: Asking,
    template: str,
    answer: Mapping[str, Any],
    *,
    fields: tuple[str, ...] = FIELDS,
    status: HTTPStatus = HTTPStatus.OK,
    events: int | None = None,
    **values: Any,
) -> Response:
    """A page about an answer, which says of what moment it is and whether it is complete; the bar offers `fields`.

    On paper it names its source: product, address, moment, and how many `events` the log had when it was read.

    Templates have `say` (the language), `asked` (the address), `link` and `here` (addresses that go on saying it), and `answer`.
    """
    of = {"fields": fields, "answer": answer, "wrong": None, "source": True, "events": events}
    return _rendered(asked, template, status, of | values)


def problem_page(
    request: Request, status: HTTPStatus, code: str, detail: str, field: str | None = None
) -> Response:
    """A problem as a page; with the bar, as it was filled in, where a field of it is what is wrong."""
    asked = as_read(request)
    said = {"status": status.value, "code": code, "detail": detail, "wrong": field, "source": False}
    fields = FIELDS if field else ()
    return _rendered(asked, "problem.html", status, {"fields": fields, "answer": None, **said})


def onward_page(request: Request, what: str, place: str, *, at_once: bool = True) -> Response:
    """A page that leads on to a place of another origin; `what` is said there: `signing_in`, `leaving`, `left`."""
    asked = replace(unread(request), may=frozenset(), signed_in=None)
    values: dict[str, Any] = {"fields": (), "answer": None, "wrong": None, "source": False}
    values |= {"what": what, "place": place, "at_once": at_once}
    return _rendered(asked, "onward.html", HTTPStatus.OK, values)


def _rendered(
    asked: Asking, template: str, status: HTTPStatus, values: Mapping[str, Any]
) -> Response:
    def kept(to: str, own: Sequence[str]) -> Markup:
        hidden = _TEMPLATES.get_template("kept.html").render(said=asked.saying(to), own=own)
        return Markup(hidden)  # noqa: S704 - a template of ours has escaped it

    text = _TEMPLATES.get_template(template).render(
        say=asked.say,
        asked=asked,
        link=asked.link,
        here=asked.here,
        kept=kept,
        navigation=[(path, name) for path, name, right in NAVIGATION if right in asked.may],
        **values,
    )
    return Response(text, status, media_type="text/html")
