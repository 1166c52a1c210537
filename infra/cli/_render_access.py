"""Tokens, sessions and the audit log as people read them.

Knows the answers of `infra.cli._access`. Must not know how either is proved.
"""

from collections.abc import Iterator

from infra.answers import Answer
from infra.cli._screen import Page
from infra.cli._table import Column, table


def render_token(answer: Answer, page: Page) -> Iterator[str]:
    """A new token, which is shown this once; what came of revoking one; or all of them."""
    say = page.say
    if "secret" in answer:
        yield from page.title(say("token.created"))
        yield ""
        yield f"  {answer['secret']}"
        yield ""
        yield from page.facts(
            [
                (say("token.id"), answer["token"]),
                (say("token.role"), _over(answer, page)),
                (say("token.expires"), say.moment(answer["expires_at"])),
            ]
        )
    elif "revoked" in answer:
        done = "token.revoked" if answer["revoked"] else "token.was_revoked"
        yield from page.title(say(done, token=answer["token"]))
    else:
        yield from page.title(say("token.list", n=say.number(len(answer["tokens"]))))
        for token in answer["tokens"]:
            state = say("token.holds" if token["holds"] else "token.over")
            yield ""
            yield from page.item("•", f"{token['token']} · {_over(token, page)} · {state}")
            until = say("token.until", at=say.moment(token["expires_at"]), by=token["by"])
            used = token["last_used_on"]
            last = say("token.used", on=say.day(used)) if used else say("token.unused")
            yield from page.prose(" · ".join(filter(None, (token["name"], until, last))), indent=4)


def render_session(answer: Answer, page: Page) -> Iterator[str]:
    """What came of ending a session, or all that are open."""
    say = page.say
    if "ended" in answer:
        done = "session.ended" if answer["ended"] else "session.was_ended"
        yield from page.title(say(done, session=answer["session"]))
        return
    yield from page.title(say("session.list", n=say.number(len(answer["sessions"]))))
    for session in answer["sessions"]:
        yield ""
        yield from page.item(
            "•", f"{session['session']} · {session['name']} · {_over(session, page)}"
        )
        since, until = (say.moment(session[at]) for at in ("signed_in_at", "expires_at"))
        yield from page.prose(say("session.since", at=since, until=until), indent=4)


def _over(held: Answer, page: Page) -> str:
    """The role, and what it is over."""
    role = page.say.word("asker", held["role"])
    return " · ".join(filter(None, (role, held["unit"], held["officer"])))


def render_audit(answer: Answer, page: Page) -> Iterator[str]:
    """Who did what, the newest first."""
    say = page.say
    yield from page.title(say("audit.title", n=say.number(answer["total"])))
    if answer["acts"]:
        yield ""
        names = ("column.moment", "column.act", "column.about", "column.by", "column.why")
        rows = [
            [
                say.moment(act["at"]),
                say.word("act", act["act"]),
                act["about"] or "–",
                act["by"],
                act["reason"] or "–",
            ]
            for act in answer["acts"]
        ]
        yield from table([Column(say(each), wraps=True) for each in names], rows, page)
    if answer["next"] is not None:
        yield ""
        yield from page.prose(say("audit.more", cursor=answer["next"]), style="faint")
