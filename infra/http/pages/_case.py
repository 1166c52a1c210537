"""The page of one dossier: its story, its judgement, and both axes of time; and, on a form that says why, who applied.

Knows its addresses, and what its templates need. Must not know how anything is judged.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from domain.errors import Refused
from infra.answers import Answer
from infra.audit import checked_reason
from infra.given import Readers
from infra.http._asking import ask, asker
from infra.http._stores import Stores
from infra.http.pages._asking import Asking, asking, asking_of
from infra.http.pages._bars import custody, shares
from infra.http.pages._moments import handles
from infra.http.pages._sending import fields_of
from infra.http.pages._shell import page
from infra.http.pages._source import read
from infra.http.pages._story import story
from infra.http.pages._strip import strip
from infra.http.pages._verdict import lateness, pair, verdict
from infra.language import Language, instant_of
from infra.questions.case import case
from infra.questions.findings import found
from infra.questions.judgements import judgement
from infra.questions.queries import show_person
from infra.scoping import leading
from infra.telling import delivery, doubts, legal_basis, moment, person, without_assumed
from infra.wiring import Store

_CLOCKS = ("legal", "portal", "qd766")


def case_page(stores: Stores) -> APIRouter:
    """The route of dossiers' pages. A paper book's code has its slash."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/ho-so/{code:path}")
    def shown(
        request: Request, code: str, asked: Annotated[Asking, Depends(asking_of())]
    ) -> Response:
        key = Readers(asked.say).code(code)

        def question(store: Store) -> tuple[str, frozenset[str], Answer]:
            now = None if asked.past else judgement(store, found(store, key), asked.say.lang)
            heard = "" if now is None else now.id
            answer = case(store, key, lang=asked.say.lang, **asked.moment)
            led = leading(store, [answer["assessment"]["unit"]], asked.known_at)
            return heard, led, answer

        events, (heard, led, answer) = read(request, stores, question)
        return page(
            asked,
            "case.html",
            answer,
            fields=("as_of", "known_at"),
            events=events,
            heard=heard,
            led=led,
            **view(answer, asked),
        )

    @routes.post("/ho-so/{code:path}/nguoi-nop")
    async def person(
        request: Request, code: str, asked: Annotated[Asking, Depends(asking)]
    ) -> Response:
        key, who = Readers(asked.say).code(code), asker(request)
        reason = (await fields_of(request)).get("reason", "")

        def question(store: Store) -> Answer:
            store.scope.need("persons")
            stated = checked_reason(reason)
            return show_person(
                store, key, reader=who.name, reader_id=who.id, role=who.role, reason=stated
            )

        answer: Answer = {"dossier": key, "applicant": None}
        wrong, status = "", HTTPStatus.OK
        try:
            answer = await run_in_threadpool(ask, request, stores, question)
        except Refused as refused:
            wrong, status = asked.say.refusal(refused.code, refused.message), HTTPStatus.BAD_REQUEST
        return page(
            asked, "person.html", answer, fields=(), status=status, reason=reason, unsaid=wrong
        )

    return routes


def view(answer: Answer, asked: Asking) -> dict[str, Any]:
    """What the template shows besides the answer itself."""
    say = asked.say
    judged = answer["assessment"] | answer["beside"] | {"names": answer["names"]}
    legal = judged["clocks"]["legal"]
    findings = [
        _finding(n, each, judged, answer, say) for n, each in enumerate(judged["findings"], 1)
    ]
    both = pair(judged, answer["truth"], _unknown(answer), say)
    days = strip(legal.get("trace") or [], legal["due"], say)
    end = f"end.{judged.get('end')}"
    restarted = legal.get("cycle_started_at")
    changes = judged["next_change_at"]
    return {
        "late": lateness(legal, say),
        "accepted": moment(judged, judged["accepted_at"], say),
        "ended": moment(judged, judged["finished_at"], say),
        "ended_label": say("explain.ended", how=say(end))
        if say.knows(end)
        else say("explain.finished_at"),
        "handles": handles(
            answer,
            asked.said,
            asked.moment,
            instant_of(answer["now"]),
            say,
        ),
        "pair": both,
        "unlike": ", ".join(say(f"case.pair.unlike.{name}") for name in both.unlike),
        "story": story(answer, [finding["basis"] for finding in findings], say),
        "clocks": [verdict(judged, name, say) for name in _CLOCKS],
        "doubts": doubts(judged["accepted_at"], legal["due"], judged["finished_at"], say),
        "restarted": moment(judged, restarted, say)
        if restarted not in {None, judged["accepted_at"]}
        else "",
        "next_change": say("explain.next_at", at=say.moment(changes))
        if changes
        else say("explain.next_never"),
        "strip": days,
        "kinds": {day.kind for row in days.rows for day in row.days},
        "custody": custody(judged, say),
        "shares": shares(judged, say),
        "letter_sent": moment(judged, judged["letter"]["sent_at"], say),
        "letter_reached": delivery(judged, say) if judged["letter"]["sent_at"] else "",
        "findings": findings,
    }


def _unknown(answer: Answer) -> int:
    """How many events had happened by T that were not on record at K."""
    t, k = instant_of(answer["as_of"]), instant_of(answer["known_at"])
    return sum(
        instant_of(event["time"]) <= t and instant_of(event["recordedtime"]) > k
        for event in answer["events"]
    )


def _finding(
    number: int, finding: Answer, judged: Answer, answer: Answer, say: Language
) -> dict[str, Any]:
    versions = {event["id"]: event["version"] for event in answer["events"]}
    return {
        "number": number,
        "rule": finding["rule"],
        "version": finding["rule_version"],
        "name": finding["name"],
        "severity": finding["severity"],
        "basis": legal_basis(finding["basis"], say),
        "message": without_assumed(judged, finding["message"] or "", say),
        "since": moment(judged, finding["since"], say),
        "responsible": [_answerable(who, judged, say) for who in finding["responsible"]],
        "evidence": [versions[each] for each in finding["evidence"] if each in versions],
    }


def _answerable(who: Answer, judged: Answer, say: Language) -> str:
    text = f"{person(judged, who['officer'], who['unit'], say)}, {say.word('role', who['role'])}"
    return f"{text}: {say.duration(who['minutes'])}" if who.get("minutes") else text
