"""What an import did: per file, what was refused and what to do about it.

Knows the answer of `import`. Must not know file formats.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from infra.answers import Answer
from infra.cli._screen import Page
from infra.cli._table import Cell, Column, table
from infra.language import Language


def render_import(answer: Answer, page: Page) -> Iterator[str]:
    """The files as a table, the totals, then every refused line that the answer brings."""
    say = page.say
    done = "import.checked" if answer.get("dry_run") else "import.done"
    if answer.get("dry_run"):
        yield from page.title(say("import.dry_run"))
    yield from page.title(say(done, n=_of_which_read(answer["files"], say)))
    yield ""
    columns = (
        Column(say("column.file"), wraps=True),
        Column(say("column.format")),
        Column(say("column.read"), figures=True),
        Column(
            say("column.would_accept" if answer.get("dry_run") else "column.accepted"), figures=True
        ),
        Column(say("column.duplicates"), figures=True),
        Column(say("column.refused"), figures=True),
    )
    rows = [
        [_short(file["path"], say), file["format"] or "–", *_figures(file, page)]
        for file in answer["files"]
    ]
    foot = [[say("report.total"), "", *_figures(answer, page)]] if len(rows) > 1 else []
    yield from table(columns, rows, page, foot=foot)
    yield ""
    yield from page.prose(say("import.dossiers", n=say.number(answer["dossiers"])))
    if answer.get("book_codes"):
        yield from page.prose(say("import.book_codes", n=say.number(answer["book_codes"])))
    yield from _warnings(answer, page)
    yield from _remarks(answer, page)
    yield from _refused(answer, page)


def _warnings(answer: Answer, page: Page) -> Iterator[str]:
    if answer.get("repeated"):
        yield from page.prose(page.say("import.repeated", n=page.say.number(answer["repeated"])))
    if answer.get("known_before"):
        told = page.say("import.known_before", n=page.say.number(answer["known_before"]))
        yield from page.item("!", told, style="late")
    units = answer.get("unit_names", {"count": 0, "first": []})
    if units["count"]:
        names = ", ".join(units["first"]) + (", …" if units["count"] > len(units["first"]) else "")
        told = page.say("import.unit_names", n=page.say.number(units["count"]), names=names)
        yield from page.item("!", told, style="late")


def _of_which_read(files: Sequence[Answer], say: Language) -> str:
    """How many files; where something was refused and nothing taken of some, `read/given`."""
    read = [file for file in files if file["accepted"] or file["duplicates"] or not file["refused"]]
    given = say.number(len(files))
    return given if len(read) == len(files) else f"{say.number(len(read))}/{given}"


def _figures(counts: Answer, page: Page) -> list[str | Cell]:
    names = ("read", "accepted", "duplicates", "refused")
    return [
        Cell(page.say.number(counts[name]), "late" if name == "refused" and counts[name] else "")
        for name in names
    ]


def _short(path: str, say: Language) -> str:
    return say("import.stdin") if path == "-" else path


def _where(told: Answer, say: Language) -> str:
    """File, sheet of a workbook, and line, as far as there are any."""
    parts = [PurePath(told["path"]).name if told["path"] != "-" else say("import.stdin")]
    if told.get("sheet"):
        parts.append(say("import.sheet", sheet=told["sheet"]))
    if told.get("line"):
        parts.append(say("import.line", line=say.number(told["line"])))
    return ", ".join(parts)


def _remarks(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    remarks = answer.get("remarks", [])
    if not remarks:
        return
    yield from page.heading(say("import.remarks", n=say.number(answer["remarked"])))
    for remark in remarks:
        dossier = say("import.of_dossier", code=remark["dossier"]) if remark["dossier"] else ""
        where = " · ".join(filter(None, (_where(remark, say), dossier)))
        yield from page.item("!", where, style="late")
        yield from page.prose(say.remark(remark["message"]), indent=4)
    hidden = answer["remarked"] - len(remarks)
    if hidden > 0:
        yield from page.prose(say("import.more_remarks", n=say.number(hidden)))


def _refused(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    rejects = answer["rejects"]
    if not rejects:
        return
    yield from page.heading(say("import.refused", n=say.number(answer["refused"])))
    for reject in rejects:
        yield from page.item("×", f"{_where(reject, say)} · {reject['code']}", style="late")
        yield from page.prose(say.refusal(reject["code"], reject["message"]), indent=4)
    hidden = answer["refused"] - len(rejects)
    if answer.get("rejects_file"):
        yield from page.prose(say("import.rejects_file", path=answer["rejects_file"]))
    elif hidden > 0:
        yield from page.prose(say("import.more", n=say.number(hidden)))
