"""From a command to the one function that answers it; the answer to an exit code; the answer to its page.

Knows the signatures of `infra.questions.queries`, `infra.importing.taking`, `infra.rebuilding.verifying` and `infra.wiring`, which are
imported when a command runs and not before. Must not know how anything is answered or printed.
"""

import os
import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from infra.cli._screen import Page
from infra.errors import CannotRun
from infra.language import Lang, Language
from infra.settings.data import Settings

Answer = dict[str, Any]
"""That of `infra.answers`, which is not imported before a command runs."""
Progress = Callable[[str, int, int | None], None]
"""`progress(what, done, total)`: `what` is a path or a stage: `project`, `rebuild`, `index`, `wait`, `compare`, `switch`, `verify`."""

DONE: Final = 0
SOMETHING_WRONG: Final = 1
WRONG_USAGE: Final = 2
CANNOT_RUN: Final = 3

_SWITCHES: Final = 3
"""Between two switches lies a whole rebuild; three within one command are nobody's doing."""

_OURS: Final = re.compile(r"(log|vault|views-\d+)\.sqlite|views\.current|master\.key|faults\.jsonl")
"""What the data folder holds; `-wal` and `-shm` may follow."""


def answer(
    name: str, options: Namespace, settings: Settings, lang: Lang, progress: Progress
) -> Answer:
    """The answer to a command, exactly as `--json` prints it."""
    match name:
        case "policies":
            from infra.questions.queries import policies

            return policies(lang=lang)
        case "rules":
            return _rules(options, settings, lang)
        case "migrate":
            from infra.cli._upkeep import migrated

            return migrated(options, settings, by=_reader())
        case "import":
            return _where_it_serves(lambda: _import(options, settings, Language(lang), progress))
        case "dead-letters" | "undelivered":
            return _kept(name, options, settings, Language(lang))
        case _:
            return _where_it_serves(lambda: _over_a_store(name, options, settings, lang, progress))


def _rules(options: Namespace, settings: Settings, lang: str) -> Answer:
    from domain.policy import policy
    from infra.questions.queries import rules, rules_at
    from infra.wiring import clock

    if options.as_of is None and options.known_at is None:
        return rules(lang=lang)
    now = clock()
    t, k = options.as_of or now, options.known_at or now
    return rules_at(policy(settings.policy), t, k, lang=lang)


def _where_it_serves(work: Callable[[], Answer]) -> Answer:
    """Do it once more where a rebuild switched meanwhile: the next generation is opened then, and nobody is refused."""
    for _ in range(_SWITCHES):
        try:
            return work()
        except CannotRun as switched:
            if switched.code != "generation_switched":
                raise
    return work()


def document(given: Answer) -> str:
    """What `--json` prints."""
    from infra.answers import document as said

    return said(given)


def serve(name: str, options: Namespace, settings: Callable[[], Settings]) -> int:
    """Run a command that does not end by itself; its exit code. Services have settings of their own, all told at once when wrong."""
    if name == "serve":
        return _serve(options, settings)
    from infra.services.registry import serve as run

    return run(
        f"{name} {options.kind}" if name == "consume" else name, getattr(options, "database", None)
    )


def _serve(options: Namespace, settings: Callable[[], Settings]) -> int:
    from infra.http import serve as run
    from infra.settings import reading

    pace = reading.prepared()
    return run(settings(), pace, options.host, options.port)


def _import(options: Namespace, settings: Settings, say: Language, progress: Progress) -> Answer:
    from infra.importing.taking import import_paths
    from infra.wiring import open_store

    rejects = Path(options.rejects) if options.rejects else None
    if rejects is not None and _is_ours(settings.data, rejects):
        raise CannotRun(
            f"{rejects} is a file of the data folder: name another one for --rejects",
            code="rejects_is_data",
            path=rejects,
        )
    with closing(open_store(settings)) as store:
        summary = import_paths(
            store.engine,
            options.paths,
            form=options.format,
            source=options.source,
            recorded_at=options.recorded_at,
            dry_run=options.dry_run,
            rejects=rejects,
            told=say.refusal,
            progress=progress,
        )
        if not options.dry_run:
            store.catch_up(progress)
        return summary.as_json()


def _kept(name: str, options: Namespace, settings: Settings, say: Language) -> Answer:
    """What waits for a person."""
    if name == "undelivered":
        from infra.cli._undelivered import undelivered

        return undelivered(options, settings, say, by=_reader())
    from infra.cli._letters import dead_letters

    return dead_letters(options, settings, say, by=_reader())


def _is_ours(data: Path, file: Path) -> bool:
    """Whether it is a file of the data folder, by whatever path either is named."""
    same = os.path.realpath(file.parent) == os.path.realpath(data)
    return same and _OURS.match(file.name) is not None


def _to_be_asked(data: Path, name: str, options: Namespace) -> bool:
    """Whether there is something to open: a folder in which nothing was ever recorded is as good as none.

    Only who issues a token may begin in a folder made for it, before the first import.
    """
    if not data.is_dir():
        return False
    if name == "token" and options.action == "create":
        return True
    return any(_OURS.match(each.name) and each.suffix == ".sqlite" for each in data.iterdir())


def _over_a_store(
    name: str, options: Namespace, settings: Settings, lang: Lang, progress: Progress
) -> Answer:
    if settings.database_url is None and not _to_be_asked(settings.data, name, options):
        raise CannotRun(f"there is no data in {settings.data}", code="no_data", data=settings.data)
    from infra.wiring import open_store

    with closing(open_store(settings)) as store:
        if name != "verify":
            store.catch_up(progress)
        match name:
            case "rebuild":
                from infra.cli._upkeep import rebuilt

                return rebuilt(store, options, settings, progress, by=_reader())
            case "verify":
                from infra.cli._upkeep import room
                from infra.rebuilding.verifying import verify

                return verify(store, progress=progress, room=room(options))
            case "parked":
                return _parked(store, options)
            case "person":
                return _person(store, options, settings)
            case "token" | "session" | "audit":
                from infra.cli._access import access

                return access(name, store, options, Language(lang), by=_reader())
            case _:
                return _question(name, store, options, lang)


def _parked(store: Any, options: Namespace) -> Answer:
    from infra.setaside.parked import parked, retry

    if options.action == "list":
        return parked(store)
    return retry(store, options.codes, by=_reader(), reason=options.reason)


def _question(name: str, store: Any, options: Namespace, lang: Lang) -> Answer:
    from infra.questions import queries

    asked = {"lang": lang, "as_of": options.as_of, "known_at": options.known_at}
    match name:
        case "history":
            return queries.history(store, options.code, **asked)
        case "explain":
            told = queries.explain(store, options.code, **asked)
            if getattr(options, "json", False):
                return told
            return told | queries.beside(
                store, options.code, as_of=options.as_of, known_at=options.known_at
            )
        case "violations":
            return queries.violations(
                store,
                rules=tuple(options.rule),
                unit=options.unit,
                officer=options.officer,
                severity=options.severity,
                dossier=options.dossier,
                period=options.period,
                count_by=options.count_by,
                limit=options.limit,
                cursor=options.cursor,
                **asked,
            )
        case "units":
            return queries.units(
                store,
                unit=options.unit,
                level=options.level,
                limit=options.limit,
                cursor=options.cursor,
                as_of=options.as_of,
                known_at=options.known_at,
            )
        case "report":
            return queries.report(
                store,
                options.kind,
                period=options.period,
                unit=options.unit,
                clock=options.clock,
                **asked,
            )
        case _:
            raise KeyError(name)


def _person(store: Any, options: Namespace, settings: Settings) -> Answer:
    from infra.questions import queries

    if options.action == "forget":
        who: dict[str, Any] = {"by": _reader(), "reason": options.reason}
        forgotten = queries.forget_person(store, options.code, **who)
        if settings.database_url is not None:
            from infra.cli._letters import forget_letters

            forgotten["letters"] = forget_letters(settings.database_url, options.code, store)
        return forgotten
    return queries.show_person(store, options.code, reader=_reader(), reason=options.reason)


def _reader() -> str:
    """Who runs the command; a process in a container may have a number only."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # KeyError up to Python 3.12
        return f"uid {os.getuid()}"


def exit_code(name: str, given: Answer) -> int:
    """0 done; 1 when something was refused, found broken or incomplete: the answer says what.

    3 when an import could not read a single one of its files.
    """
    if (
        name == "import"
        and given["files"]
        and all(file["refused"] and not file["read"] for file in given["files"])
    ):
        return CANNOT_RUN
    wrong = (
        given.get("complete") is False
        or bool(given.get("broken"))
        or bool(given.get("differences"))
        or (name in {"import", "dead-letters", "undelivered"} and given.get("refused", 0) > 0)
        or (name == "parked" and given["total"] > 0)
    )
    return SOMETHING_WRONG if wrong else DONE


_RENDERED: Final = {
    "import": "import",
    "history": "history",
    "explain": "explain",
    "violations": "violations",
    "report": "report",
    "units": "units",
    "dead-letters": "letters",
    "undelivered": "undelivered",
    "token": "access",
    "session": "access",
    "audit": "access",
}
"""Which module puts an answer into lines, where it is not `_render_upkeep`."""


def pages(name: str, given: Answer, page: Page) -> Iterator[str]:
    """The lines that people read."""
    module = import_module(f"infra.cli._render_{_RENDERED.get(name, 'upkeep')}")
    shown = "letters" if name == "dead-letters" else name
    lines: Iterator[str] = getattr(module, f"render_{shown}")(given, page)
    return lines
