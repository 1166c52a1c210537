"""What the portal showed and what was so, as a pair; and what was not known yet.

Knows two answers of `explain`, at one T: as known at K, and as known now. Must not know how either was judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.answers import Answer
from infra.language import Language


@dataclass(frozen=True, slots=True)
class Verdict:
    """A clock's class in words, the due date it goes by, and how late."""

    clock: str
    class_: str
    words: str
    due: str
    late: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What the portal showed beside the truth. `unlike`: the words, due dates or delays that differ; `unknown`: events not recorded yet."""

    portal: Verdict
    truth: Verdict
    unlike: Sequence[str]
    unknown: int
    opened: Sequence[str]
    """Findings that only what is known now brings about."""
    ceased: Sequence[str]
    """Findings that what is known now does away with."""

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return bool(self.unlike or self.opened or self.ceased)


def verdict(answer: Answer, name: str, say: Language) -> Verdict:
    """What a clock says."""
    clock = answer["clocks"][name]
    return Verdict(
        say.word("clock", name),
        clock["class"],
        _sentence(say.word("class", clock["class"])),
        say.limit(clock["due"]) if clock["due"] else "",
        lateness(clock, say),
    )


def lateness(clock: Answer, say: Language) -> str:
    """`9 ngày làm việc (tính theo giờ làm việc: …)`; under a day only the minutes say something; nothing where it is not late."""
    minutes = clock.get("late_minutes")
    if not minutes:
        return ""
    exact = say.duration(minutes)
    days = clock["late_working_days"]
    return say("explain.lateness", days=say.working_days(days), exact=exact) if days else exact


def pair(then: Answer, truth: Answer, unknown: int, say: Language) -> Pair:
    """The portal's clock as it was known then, and the legal one as it is known now."""
    shown, so = verdict(then, "portal", say), verdict(truth, "legal", say)
    unlike = [
        name for name in ("words", "due", "late") if getattr(shown, name) != getattr(so, name)
    ]
    before = {finding["rule"]: finding["name"] for finding in then["findings"]}
    now = {finding["rule"]: finding["name"] for finding in truth["findings"]}
    return Pair(
        shown,
        so,
        unlike,
        unknown,
        [name for rule, name in now.items() if rule not in before],
        [name for rule, name in before.items() if rule not in now],
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
