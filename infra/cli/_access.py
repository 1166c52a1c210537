"""`dunghen token`, `dunghen session` and `dunghen audit`: which is asked for, with what, and who answers it.

Knows the signatures of `infra.credentials` and `infra.audit`. Must not know how a secret is made or what is on record.
"""

from argparse import Namespace
from datetime import timedelta
from typing import Any

from infra.access import NoScope
from infra.answers import Answer
from infra.cli._usage import WrongUsage
from infra.language import Language

_TOKEN, _SESSION = "dunghen token", "dunghen session"


def access(name: str, store: Any, options: Namespace, say: Language, *, by: str) -> Answer:
    """The answer of one of them. WrongUsage where an action cannot be done with what it is given."""
    if name == "audit":
        from infra.audit import audit

        return audit(store, limit=options.limit, before=options.cursor)
    if name == "session":
        return _sessions(store, options, say, by)
    from infra.credentials import revoke_token, tokens

    if options.action == "create":
        return _created(store, options, say, by)
    if options.action == "revoke":
        if options.token is None:
            raise WrongUsage(say("usage.missing", what=say.word("metavar", "ID")), _TOKEN)
        revoked = revoke_token(store, options.token, by=by)
        return {"token": options.token, "revoked": revoked}
    if options.token is not None:
        raise WrongUsage(say("usage.unexpected", given=options.token), _TOKEN)
    return {"tokens": tokens(store)}


def _sessions(store: Any, options: Namespace, say: Language, by: str) -> Answer:
    from infra.audit import checked_reason
    from infra.credentials import end_session, sessions

    if options.action == "list":
        for given in (options.session, options.reason):
            if given is not None:
                raise WrongUsage(say("usage.unexpected", given=given), _SESSION)
        return {"sessions": sessions(store)}
    if options.session is None:
        raise WrongUsage(say("usage.missing", what=say.word("metavar", "ID")), _SESSION)
    if options.reason is None:
        raise WrongUsage(say("usage.missing", what="--reason"), _SESSION)
    reason = checked_reason(options.reason)
    ended = end_session(store, options.session, by=by, reason=reason)
    return {"session": options.session, "ended": ended}


def _created(store: Any, options: Namespace, say: Language, by: str) -> Answer:
    from infra.credentials import issue_token

    if options.token is not None:
        raise WrongUsage(say("usage.unexpected", given=options.token), _TOKEN)
    if options.role is None:
        raise WrongUsage(say("usage.missing", what="--role"), _TOKEN)
    try:
        issued = issue_token(
            store,
            by=by,
            role=options.role,
            lasting=timedelta(days=options.days),
            name=options.name,
            unit=options.unit,
            officer=options.officer,
        )
    except NoScope:
        option = "--officer" if options.role == "officer" else "--unit"
        raise WrongUsage(say("usage.missing", what=option), _TOKEN) from None
    return {
        "token": issued.id,
        "secret": issued.text,
        "role": options.role,
        "unit": options.unit,
        "officer": options.officer,
        "expires_at": issued.expires_at.isoformat(),
    }
