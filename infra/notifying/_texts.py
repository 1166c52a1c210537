"""The digest as a mail: subject, text, and an id that is the same whenever the same day's digest is sent.

Knows how a mail is laid out. Must not know words: those are in `infra.language`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from consumers.digest import KINDS, Item, Recipient, in_order
from infra.answers import text
from infra.language import Language

_SHOWN: Final = 50
"""So many dossiers of a kind are listed; a mail that is longer is not read."""


def digest_mail(
    recipient: Recipient,
    address: str,
    found: Sequence[Item],
    day: date,
    *,
    sender: str,
    say: Language,
) -> EmailMessage:
    """One recipient's digest of a day."""
    name = recipient.officer or recipient.unit
    shown = say.day(day.isoformat())
    counts = ", ".join(
        say(f"digest.count.{kind}", n=say.number(n))
        for kind in KINDS
        if (n := sum(item.kind == kind for item in found))
    )
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = say("digest.subject", day=shown, counts=counts)
    mail["From"], mail["To"] = sender, address
    mail["Message-ID"] = message_id(name, day, sender)
    mail["Auto-Submitted"] = "auto-generated"
    lines = [say("digest.greeting", name=name, day=shown), *_sections(in_order(found), say)]
    mail.set_content("\n".join([*lines, "", say("digest.end")]) + "\n", cte="base64")
    return mail


def message_id(name: str, day: date, sender: str) -> str:
    """By recipient and day."""
    who = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"<digest.{day:%Y%m%d}.{who}@{sender.rpartition('@')[2]}>"


def _sections(found: Sequence[Item], say: Language) -> Iterator[str]:
    for kind in KINDS:
        of = [item for item in found if item.kind == kind]
        if of:
            yield ""
            yield say(f"digest.section.{kind}", n=say.number(len(of)))
            yield from (f"- {_line(item, say)}" for item in of[:_SHOWN])
            if len(of) > _SHOWN:
                yield say("digest.more", n=say.number(len(of) - _SHOWN))


def _line(item: Item, say: Language) -> str:
    due, letter = say.limit(text(item.due)), say.day(text(item.letter))
    late = say.working_days(item.late_working_days)
    if item.kind == "overdue" and item.letter is not None:
        return say("digest.line.overdue_no_letter", code=item.code, due=due, late=late)
    return say(f"digest.line.{item.kind}", code=item.code, due=due, late=late, letter=letter)
