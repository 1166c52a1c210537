"""docs/openapi.*.json and the examples in it, generated: `python -m tests.support.openapi` writes them.

The examples are answers of the product about docs/examples at a fixed (T, K); of long lists the first two entries.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from domain.values import VN, dossier_key
from infra.access import OPERATOR
from infra.answers import document as said
from infra.commands import COMMANDS, Statement, state
from infra.http import Stores, application
from infra.http._taking import taken, told
from infra.http.document.documented import TOGETHER
from infra.http.document.openapi import document
from infra.http.streams._picturing import end
from infra.http.streams._sse import event
from infra.http.streams._telling import Units, Violations, units, violation
from infra.importing.taking import import_paths
from infra.language import LANGUAGES, Lang, Language
from infra.messages.message import Message
from infra.questions import queries
from infra.questions.dossiers import Wanted, dossiers
from infra.questions.feed import ViewsFeed
from infra.questions.judgements import judgement
from infra.questions.officer import officer
from infra.questions.workload import workload
from infra.wiring import Store
from tests.architecture.test_docs import ROOT
from tests.support.stores import opened

T = datetime(2026, 6, 30, 17, tzinfo=VN)
CODE = "Y09.21-260202-0007"
MOVED = next(command for command in COMMANDS if command.kind == "transferred")
SAID = {
    "time": "2026-06-30T15:30:00+07:00",
    "actor": {"officer": "cb-hai"},
    "to": {"unit": "Y09.21"},
}
_FEW = 2
_SECRET = {"sealed": "a2tra2tra2s=", "hash": "5d0067bf2eecd9dcc70fdbb0c4991a84" * 2}
"""What is another in each store: made from keys of its own."""


@contextmanager
def filled(folder: Path) -> Iterator[Store]:
    """A store with the examples of the documents in it, at T."""
    files = [str(ROOT / "docs/examples" / name) for name in ("events.jsonl", "register.csv")]
    with opened(folder, T) as store:
        import_paths(store.engine, files, recorded_at=datetime(2026, 3, 31, tzinfo=VN))
        store.catch_up()
        yield store


def examples(store: Store) -> dict[str, dict[str, dict[str, Any]]]:
    """Operation -> language -> name -> answer."""
    asked: dict[str, dict[str, dict[str, Any]]] = {
        lang: {
            "history": {"dossier": queries.history(store, CODE, lang=lang)},
            "explain": {"dossier": queries.explain(store, CODE, lang=lang)},
            "dossier": {"dossier": queries.explain(store, CODE, lang=lang)},
            "violations": {
                "page": queries.violations(store, limit=_FEW, lang=lang),
                "counted": queries.violations(store, count_by="rule", lang=lang),
            },
            "units": {"page": queries.units(store)},
            "report": {
                kind: queries.report(store, kind, lang=lang)
                for kind in ("units", "coverage", "feedback")
            },
            "report_officers": {"page": queries.report(store, "officers", limit=_FEW, lang=lang)},
            "rules": {"all": queries.rules(lang=lang)},
            "dossiers": {"page": dossiers(store, Wanted(), limit=_FEW)},
            "workload": {"page": workload(store)},
            "officer": {"page": officer(store, "cb-hai")},
            **_streams(store, lang),
        }
        for lang in LANGUAGES
    }
    sent = [Message("/events", None, to_json(fact)) for fact in TOGETHER]
    outcomes = taken(store, sent, OPERATOR)
    fact = Statement(MOVED, CODE, SAID, "transfer-1")
    for lang in LANGUAGES:  # the last, because it is recorded; said again it is the same
        answer = state(store, fact, expected=None, lang=lang)
        asked[lang]["stated"] = {"dossier": answer}
    shown: dict[str, dict[str, dict[str, Any]]] = {
        operation: {
            lang: {name: _shown(a) for name, a in asked[lang][operation].items()}
            for lang in LANGUAGES
        }
        for operation in asked["vi"]
    }
    shown["events"] = {
        lang: {"batch": json.loads(said(told(outcomes, Language(lang))))} for lang in LANGUAGES
    }
    return shown


def _streams(store: Store, lang: Lang) -> dict[str, dict[str, bytes]]:
    """What the streams tell, as it is written: a few events each."""
    feed = ViewsFeed(store, lambda: store.now, lang)
    findings = Violations(lambda: store.now, lang).page(store, 0).rows
    holding = feed.standing(None, _FEW, None, None).rows
    judged = judgement(store, dossier_key(CODE), lang)
    assert judged is not None
    return {
        "stream_violations": {
            "changes": b"".join(row.text for row in findings[:_FEW]),
            "snapshot": b"".join(violation(heard, None) for heard in holding) + end(feed.last()),
        },
        "stream_units": {"changes": units(Units(lang).picture(store), None)},
        "stream_dossier": {"changes": event("judgement", judged.body, judged.id)},
    }


def _shown(answer: Any) -> Any:
    if isinstance(answer, bytes):
        lines = answer.decode().split("\n")
        return "\n".join(
            f"data: {json.dumps(_short(json.loads(line[6:])), ensure_ascii=False)}"
            if line.startswith("data: ")
            else line
            for line in lines
        )
    return _short(json.loads(said(answer)))


def _short(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _SECRET.get(name, _short(each)) for name, each in part.items()}
    if isinstance(part, list):
        return [_short(each) for each in part[:_FEW]]
    return part


def page(lang: Lang, shown: dict[str, Any]) -> str:
    """The document as a file."""
    app = application(Stores(_nothing, _nothing))
    return json.dumps(document(app, lang, shown), ensure_ascii=False, indent=1) + "\n"


def _nothing() -> Any:
    raise AssertionError("the document asks nothing")
