"""The clerk who makes up lives: from "accepted on that day, finished on this" to a whole `Story` with hours and people.

Days are numbers of working days (`workdays`). A `Spell` is the outline of a life in three of them. Must not know the
engine; deterministic from its seed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from tests.scenarios.places import Desk, Procedure, person
from tests.scenarios.story import Letter, Story, Supplement
from tests.scenarios.workdays import WorkingDays

_CLOCK = [f"T{minute // 60:02d}:{minute % 60:02d}:" for minute in range(24 * 60)]
_MORNING, _AFTERNOON = range(7 * 60 + 15, 11 * 60), range(13 * 60 + 35, 14 * 60 + 20)
_CLOSING = range(15 * 60 + 20, 16 * 60 + 50)


class Spell(NamedTuple):
    """Working day accepted, limit in days, working day finished (None: never, as far as this history goes)."""

    accepted: int
    limit: int
    finished: int | None

    @property
    def due(self) -> int:
        return self.accepted + self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a dossier came and how its end was recorded; `step_limits`: the handler has all but a day of the limit."""

    channel: str = "direct"
    portal: str | None = None
    with_applicant: bool = True
    closed: str | None = None
    closer: str | None = None
    only_returned: bool = False
    ended_on_paper: bool = False
    step_limits: bool = False


DIRECT = Manner()


class Clerk:
    """Writes stories for one situation; `old_codes`: dossier codes in the order of TT 01/2018."""

    def __init__(self, days: WorkingDays, *, seed: int, old_codes: bool) -> None:
        self.days, self.rng = days, Random(seed)
        self._old_codes = old_codes
        self._numbers: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._letters = 0

    # ── outlines ─────────────────────────────────────────────────────────────

    def in_time(self, limit: int, first: int, last: int) -> Spell:
        """Finished on a day of first..last, early or on the day."""
        finished = self._between(first, last)
        return Spell(finished - self._between(1, limit), limit, finished)

    def in_time_within(self, limit: int, first: int, last: int) -> Spell:
        """Accepted and finished in first..last, early or on the day."""
        accepted = self._between(first, last - 1)
        return Spell(accepted, limit, accepted + self._between(1, min(limit, last - accepted)))

    def too_late(self, limit: int, first: int, last: int, most: int = 15) -> Spell:
        """Finished on a day of first..last, 1..most working days after its date."""
        finished = self._between(first, last)
        return Spell(finished - self._between(1, most) - limit, limit, finished)

    def underway(self, limit: int, last: int) -> Spell:
        """Still open at the end of working day `last`, with time left; finished in time later."""
        due = last + self._between(1, limit)
        return Spell(due - limit, limit, self._between(last + 1, due))

    def overdue(self, limit: int, due: int, last: int) -> Spell:
        """Due on a day before `last`, still open at its end, finished 2..15 working days later."""
        return Spell(due - limit, limit, last + self._between(2, 15))

    # ── details ──────────────────────────────────────────────────────────────

    def story(
        self,
        desk: Desk,
        procedure: Procedure,
        spell: Spell,
        manner: Manner = DIRECT,
        *,
        letter: Letter | None = None,
        supplements: tuple[Supplement, ...] = (),
        handler: str | None = None,
    ) -> Story:
        """A whole life: `letter` and `supplements` as decided by the situation, the rest made up."""
        rng, day = self.rng, self.days[spell.accepted]
        minute = self._pick(_MORNING) if rng.random() < 0.7 else self._pick(_AFTERNOON)
        accepted = f"{day}{_CLOCK[minute]}{self._between(10, 59)}+07:00"
        receiver = rng.choice(desk.at.staff)
        end = self._end(spell, manner)
        return Story(
            code=self.code(desk, day),
            desk=desk,
            receiver=receiver,
            handler=handler or rng.choice(desk.office.staff),
            procedure=procedure,
            channel=manner.channel,
            portal=manner.portal,
            applicant=self._applicant() if manner.with_applicant else None,
            submitted=self._submitted(manner, spell.accepted, minute),
            accepted=accepted,
            due=self.days[spell.due],
            transferred=f"{day}{_CLOCK[minute + self._between(3, 29)]}05+07:00",
            step_days=procedure.limit - 1 if manner.step_limits else None,
            supplements=supplements,
            letter=letter,
            result=None if manner.only_returned else end,
            returned=end and end[:17] + "59+07:00",
            closer=manner.closer or receiver,
            closed=manner.closed,
            ended_on_paper=manner.ended_on_paper,
        )

    def code(self, desk: Desk, day: str) -> str:
        """The next dossier code of a unit on a day."""
        unit = desk.unit.code
        self._numbers[unit, day] += 1
        if self._old_codes:
            groups = (
                [*unit.split("."), "00", "000"]
                if unit.count(".") == 1
                else [*unit.split("."), "000"]
            )
            unit = ".".join(reversed(groups))
        return f"{unit}-{day[2:4]}{day[5:7]}{day[8:10]}-{self._numbers[desk.unit.code, day]:04d}"

    def at_closing(self, number: int) -> str:
        """A moment near the end of working day `number`."""
        return f"{self.days[number]}{_CLOCK[self._pick(_CLOSING)]}{self._between(10, 59)}+07:00"

    def letter_in_time(
        self, spell: Spell, new_due: int, *, rescheduled: bool, notified: bool = False
    ) -> Letter:
        """Sent on a working day from acceptance to the day before the date."""
        day = self._between(max(spell.accepted, spell.due - 2), spell.due - 1)
        return self._letter(day, new_due, rescheduled=rescheduled, notified=notified)

    def letter_too_late(
        self, spell: Spell, before: int, new_due: int, *, rescheduled: bool
    ) -> Letter:
        """Sent on the date itself or later, but before working day `before`."""
        day = self._between(spell.due, before - 1)
        return self._letter(day, new_due, rescheduled=rescheduled, notified=False)

    def _letter(self, day: int, new_due: int, *, rescheduled: bool, notified: bool) -> Letter:
        self._letters += 1
        sent, promised = self.at_closing(day), self.days[new_due]
        return Letter(f"{self._letters}/PXL", sent, promised, rescheduled, notified)

    def _end(self, spell: Spell, manner: Manner) -> str | None:
        if spell.finished is None:
            return None
        return f"{self.days[spell.finished]}{_CLOCK[self._pick(_CLOSING)]}{self._between(10, 58)}+07:00"

    def _submitted(self, manner: Manner, accepted: int, minute: int) -> str | None:
        if manner.channel == "online":
            return f"{self.days[accepted]}{_CLOCK[minute - self._between(1, 14)]}02+07:00"
        return f"{self.days[accepted]}{_CLOCK[minute]}02+07:00" if manner.with_applicant else None

    def _applicant(self) -> dict[str, str]:
        number = self._between(100_000_000, 999_999_999)
        return {"name": person(self.rng), "phone": f"0{number}", "address": f"Tổ {number % 90 + 1}"}

    def _pick(self, minutes: range) -> int:
        return minutes[int(self.rng.random() * len(minutes))]

    def _between(self, least: int, most: int) -> int:
        return least + int(self.rng.random() * (most - least + 1))


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Whole shares of a total by weight, largest remainder first; they add up exactly."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_rest = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in by_rest[: total - sum(parts)]:
        parts[n] += 1
    return parts


def scaled(number: int, scale: float) -> int:
    """A printed number at a scale; never 0 when the number is not."""
    return max(1, round(number * scale)) if number else 0
