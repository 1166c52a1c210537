"""The pages that take files in: hand one in, see what it would do, take it into the log, see what was refused.

Knows addresses and forms. Must not know formats, nor how an import is run: `infra.importing.jobs` does.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import IO, Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, StreamingResponse

from domain.errors import Refused
from infra.access import Asker
from infra.audit import administered
from infra.given import Readers, Unreadable
from infra.http._asking import asker
from infra.http._statuses import status_of
from infra.http._stores import Stores
from infra.http.pages._asking import Asking, asking_of, zoned
from infra.http.pages._sending import FILE, Sent, Unsent, mark, sent
from infra.http.pages._shell import page
from infra.importing.jobs import ImportJobs, Job, busy
from infra.importing.rejects import Reject, told_again
from infra.importing.taking import Remark
from infra.language import Language

Asked = Annotated[Asking, Depends(asking_of("csrf"))]
FORMS: Final = ("auto", "register", "events", "sync", "igate")
_EMPTY: Final[Mapping[str, Any]] = {}


def import_pages(stores: Stores, jobs: ImportJobs) -> APIRouter:
    """Their routes. What changes anything is a POST, from a page of ours; the answer leads to a page that may be looked at again."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/nhap")
    def first(request: Request, asked: Asked) -> Response:
        return _first(request, asked, jobs)

    @routes.post("/nhap")
    async def hand_in(request: Request, asked: Asked) -> Response:
        return await _handing_in(request, asked, jobs)

    @routes.get("/nhap/{id_}")
    def one(request: Request, id_: str, asked: Asked) -> Response:
        job = _found(request, jobs, id_)
        return page(
            asked,
            "import_job.html",
            _EMPTY,
            fields=(),
            csrf=mark(request),
            **view(job, jobs, asked.say, own=_own(request, job)),
        )

    @routes.get("/nhap/{id_}/dong-bi-tu-choi.jsonl")
    def refused_lines(request: Request, id_: str, asked: Asked) -> Response:
        job = _found(request, jobs, id_)
        path = jobs.rejects(job) if _own(request, job) else None
        if path is None:
            raise HTTPException(404)
        who = asker(request)
        stores.own(
            lambda store: administered(
                store, "refused_lines_read", job.name, by=who.name, by_id=who.id
            )
        )
        return StreamingResponse(
            _told(path, asked.say),
            media_type="application/jsonl",
            headers={"content-disposition": f'attachment; filename="dong-bi-tu-choi-{id_}.jsonl"'},
        )

    @routes.post("/nhap/{id_}/nap")
    def import_(request: Request, id_: str, asked: Asked) -> Response:
        job, who = _found(request, jobs, id_), asker(request)
        jobs.import_(job, by=who.name, by_id=who.id)
        return _to(job, asked)

    @routes.post("/nhap/{id_}/dung")
    def stop(request: Request, id_: str, asked: Asked) -> Response:
        job = _found(request, jobs, id_)
        job.stop.set()
        return _to(job, asked)

    return routes


async def _handing_in(request: Request, asked: Asking, jobs: ImportJobs) -> Response:
    # The mark came in the address, and is for no link that the page is given.
    asked = replace(asked, more=[pair for pair in asked.more if pair[0] != "csrf"])
    say = asked.say
    fields: Mapping[str, str] = _EMPTY
    try:
        if jobs.running is not None:
            raise busy()
        with jobs.file() as file:
            given = await sent(request, file)
            fields = given.fields
            job = await run_in_threadpool(_handed_in, jobs, file, given, asked, asker(request))
    except Unsent as unsent:
        told = _Field("file", _unsent(unsent, say))
        return _first(request, asked, jobs, unsent.status, wrong=told, fields=fields)
    except _Field as wrong:
        return _first(request, asked, jobs, HTTPStatus.BAD_REQUEST, wrong=wrong, fields=fields)
    except Refused as refused:
        told = _Field("file", say.refusal(refused.code, refused.message))
        status = status_of(refused.code)
        return _first(request, asked, jobs, status, wrong=told, fields=fields)
    return _to(job, asked)


class _Field(Exception):
    """A field of the form cannot be read."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def _handed_in(jobs: ImportJobs, file: IO[bytes], given: Sent, asked: Asking, by: Asker) -> Job:
    say = asked.say
    fields, read = given.fields, Readers(say)
    if not given.name:
        raise _Field("file", say("imports.no_file"))
    form = fields.get("form", "auto")
    if form not in FORMS:
        raise _Field("form", say("imports.no_form", given=form[:40]))
    when = fields.get("recorded_at", "").strip()
    try:
        recorded_at = read.moment(zoned(when)) if when else None
    except Unreadable as wrong:
        raise _Field("recorded_at", str(wrong)) from None
    try:
        source = read.text(fields.get("source", "").strip()) or None
    except Unreadable as wrong:
        raise _Field("source", str(wrong)) from None
    return jobs.hand_in(
        file,
        given.name,
        form=form,  # type: ignore[arg-type]  # one of FORMS
        source=source,
        recorded_at=recorded_at,
        by=by.name,
        owner=by.key,
    )


def _first(
    request: Request,
    asked: Asking,
    jobs: ImportJobs,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    wrong: _Field | None = None,
    fields: Mapping[str, str] = _EMPTY,
) -> Response:
    shown = [job for job in jobs.all() if _shown(request, job)]
    return page(
        asked,
        "import.html",
        _EMPTY,
        fields=(),
        status=status,
        forms=FORMS,
        jobs=[view(job, jobs, asked.say) for job in shown],
        busy=next((job for job in shown if job.running), None),
        most=FILE,
        csrf=mark(request),
        problem="" if wrong is None else str(wrong),
        field="" if wrong is None else wrong.field,
        given=fields,
    )


def view(job: Job, jobs: ImportJobs, say: Language, *, own: bool = False) -> dict[str, Any]:
    """What a template needs of a job; `own`: of who asks, who may have the refused lines with what they hold."""
    job = copy(job)  # of one moment: it may end while it is told
    summary = job.summary
    share = min(1000 * job.done // job.total, 1000) if job.total else 0
    fault = job.fault
    return {
        "job": job,
        "began": say.moment(job.began.isoformat()),
        "ended": say.moment(job.ended.isoformat()) if job.ended else "",
        "size": say("imports.kilobytes", n=say.number(max(1, job.size >> 10))),
        "share": share,
        "read": say.percent(f"{share / 10:.2f}") if job.total else "",
        "summary": None if summary is None else summary.as_json(),
        "refused": [
            {
                "where": _where(each, say),
                "code": each.code,
                "message": say.refusal(each.code, each.message),
            }
            for each in (() if summary is None else summary.rejects)
        ],
        "remarks": [
            {
                "where": _where(each, say),
                "dossier": each.dossier,
                "message": say.remark(each.message),
            }
            for each in (() if summary is None else summary.remarks)
        ],
        "fault": "" if fault is None else _fault(fault.code, say),
        "lines": own and jobs.rejects(job) is not None and bool(summary and summary.refused),
    }


def _told(path: Path, say: Language) -> Iterator[bytes]:
    """The refused lines, each said in the reader's language."""
    with path.open("rb") as lines:
        yield from told_again(lines, say.refusal)


def _where(told: Reject | Remark, say: Language) -> str:
    """Sheet and line, or that the whole file is meant."""
    sheet = [say("import.sheet", sheet=told.sheet)] if told.sheet else []
    line = [say.number(told.line)] if told.line else []
    return ", ".join((*sheet, *line)) or say("imports.refused.whole")


def _fault(code: str, say: Language) -> str:
    key = f"imports.fault.{code}"
    return say(key) if say.knows(key) else say("problem.cannot", code=code)


def _unsent(unsent: Unsent, say: Language) -> str:
    return say(f"imports.unsent.{unsent.code}", most=say.number(FILE >> 20))


def _found(request: Request, jobs: ImportJobs, id_: str) -> Job:
    job = jobs.job(id_)
    if job is None or not _shown(request, job):
        raise HTTPException(404)
    return job


def _shown(request: Request, job: Job) -> bool:
    """Whether there is such a job for who asks: he handed the file in, or oversees what others do."""
    return _own(request, job) or "administer" in asker(request).scope.rights


def _own(request: Request, job: Job) -> bool:
    return job.owner == asker(request).key


def _to(job: Job, asked: Asking) -> Response:
    return RedirectResponse(asked.link(f"/nhap/{job.id}"), HTTPStatus.SEE_OTHER)
