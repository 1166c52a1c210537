"""What an import did: per file, what was refused and what to do about it.

Knows the answer of `import`. Must not know file formats.
"""

from collections.abc import Iterator
from pathlib import PurePath

from infra.cli._render_common import Answer
from infra.cli._screen import Page
from infra.cli._table import Cell, Column, table
from infra.language import Language


def render_import(answer: Answer, page: Page) -> Iterator[str]:
    """The files as a table, the totals, then every refused line that the answer brings."""
    say = page.say
    done = "import.checked" if answer.get("dry_run") else "import.done"
    yield from page.title(say(done, n=say.number(len(answer["files"]))))
    yield ""
    columns = (
        Column(say("column.file"), wraps=True),
        Column(say("column.format")),
        Column(say("column.read"), figures=True),
        Column(say("column.accepted"), figures=True),
        Column(say("column.duplicates"), figures=True),
        Column(say("column.refused"), figures=True),
    )
    rows = [
        [_short(file["path"], say), file["format"] or say("missing"), *_figures(file, page)]
        for file in answer["files"]
    ]
    foot = [[say("report.total"), "", *_figures(answer, page)]] if len(rows) > 1 else []
    yield from table(columns, rows, page, foot=foot)
    yield ""
    yield from page.prose(say("import.dossiers", n=say.number(answer["dossiers"])))
    if answer.get("book_codes"):
        yield from page.prose(say("import.book_codes", n=say.number(answer["book_codes"])))
    yield from _refused(answer, page)


def _figures(counts: Answer, page: Page) -> list[str | Cell]:
    names = ("read", "accepted", "duplicates", "refused")
    return [
        Cell(page.say.number(counts[name]), "late" if name == "refused" and counts[name] else "")
        for name in names
    ]


def _short(path: str, say: Language) -> str:
    return say("import.stdin") if path == "-" else path


def _refused(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    rejects = answer["rejects"]
    if not rejects:
        return
    yield from page.heading(say("import.refused", n=say.number(answer["refused"])))
    for reject in rejects:
        place = PurePath(reject["path"]).name if reject["path"] != "-" else say("import.stdin")
        where = (
            say("import.line", path=place, line=say.number(reject["line"]))
            if reject.get("line")
            else place
        )
        yield from page.item("×", f"{where} · {reject['code']}", style="late")
        yield from page.prose(say.refusal(reject["code"], reject["message"]), indent=4)
    hidden = answer["refused"] - len(rejects)
    if answer.get("rejects_file"):
        yield from page.prose(say("import.rejects_file", path=answer["rejects_file"]))
    elif hidden > 0:
        yield from page.prose(say("import.more", n=say.number(hidden)))
