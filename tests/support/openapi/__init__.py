"""docs/openapi.*.json and the examples in it, generated: `python -m tests.support.openapi` writes them.

The examples are answers of the product about docs/examples at a fixed (T, K); of long lists the first two entries.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.values import VN
from infra import queries
from infra.answers import document as said
from infra.commands import COMMANDS, Statement, state
from infra.http import Stores, application
from infra.http._openapi import document
from infra.importing import import_paths
from infra.language import LANGUAGES, Lang
from infra.reportofficer import officer
from infra.reportworkload import workload
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
    asked = {
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
                for kind in ("units", "officers", "coverage", "feedback")
            },
            "rules": {"all": queries.rules(lang=lang)},
            "workload": {"page": workload(store)},
            "officer": {"page": officer(store, "cb-hai")},
        }
        for lang in LANGUAGES
    }
    fact = Statement(MOVED, CODE, SAID, "transfer-1")
    for lang in LANGUAGES:  # the last, because it is recorded; said again it is the same
        answer = state(store, fact, expected=None, lang=lang)
        asked[lang]["stated"] = {"dossier": answer}
    return {
        operation: {
            lang: {name: _short(json.loads(said(a))) for name, a in asked[lang][operation].items()}
            for lang in LANGUAGES
        }
        for operation in asked["vi"]
    }


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
