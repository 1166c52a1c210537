"""Cần Thơ, January to May 2024: dossiers from the national portal that are overdue while in process, a stock.

Which question gives which figure. **473** is a stock: open and past the date at the end of 31 May, whatever the period
began with, so `report units --period 2024-01-01..2024-05-31` and `--period 2024-05-01..2024-05-31` both have it under
`in_process.overdue`. **77** is a flow: those of the 473 whose date was missed in May, that is `violations --rule
in_process_overdue --as-of 2024-05-31` with `since` in May; here they were all accepted in May, too, so counting the open
overdue ones by month of acceptance gives the same. Nothing in the background is open and overdue at that moment.

Some of the 473 were asked for papers twice, some past the one-stop unit; a first request within three working days
starts the whole limit anew once answered (`Spell.accepted` is then the day of the answer). Knows nothing of the engine.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.scenarios.clerk import Clerk, Manner, Spell, scaled, shares
from tests.scenarios.facts import facts
from tests.scenarios.files import EventFile, Generated, write_directory
from tests.scenarios.places import PROVINCE, Desk, Directory, Procedure
from tests.scenarios.story import Letter, Story, Supplement
from tests.scenarios.workdays import WorkingDays

NAME = "can-tho-2024"
_NATIONAL = Manner(channel="online", portal="national", step_limits=True)
_PROVINCIAL = Manner(channel="online", portal="provincial")
_COUNTER = Manner(step_limits=True)


class _Writer:
    def __init__(self, folder: Path, scale: float) -> None:
        said = facts(NAME)
        self.printed, self.invented, self.scale = said["printed"], said["invented"], scale
        self.clerk = Clerk(WorkingDays(), seed=2024, old_codes=False)
        self.directory = Directory(
            "H13", "Thành phố Cần Thơ", since="2021-01-04T07:00:00+07:00", seed=13
        )
        self.into, self.folder = Generated(self.printed["place"]), folder
        self.twice: Counter[str] = Counter()
        self.outside: Counter[str] = Counter()
        self.example = ""
        days = self.clerk.days
        self.first, self.last = days.first_from("2024-01-01"), days.last_until("2024-05-31")

    def write(self) -> Generated:
        desks = self._desks()
        write_directory(self.into, self.folder / "01-danh-muc.jsonl", self.directory)
        national = self.folder / "02-cong-dvc-quoc-gia.jsonl"
        with EventFile(self.into, national, "/dvcqg/H13") as file:
            for story in self._stock(desks):
                file.tell(story)
            for story in self._asked_twice_in_time(desks):
                file.tell(story)
        with EventFile(self.into, self.folder / "03-mot-cua.jsonl", "/igate/H13") as file:
            for story in self._background(desks):
                file.tell(story)
        letters = {
            name: scaled(self.invented[f"letters_{name}"], self.scale)
            for name in ("in_time", "too_late")
        }
        self.into.truth |= {
            "letters": letters,
            "asked_twice": dict(self.twice),
            "asked_outside": dict(self.outside),
            "examples": {"asked_twice": self.example},
        }
        return self.into

    def _desks(self) -> list[tuple[Desk, float, float]]:
        """Desks with their weights in the background and among the overdue."""
        centre = self.directory.unit(
            "H13.01",
            "Trung tâm Phục vụ hành chính công thành phố",
            "department",
            "H13",
            staff=8,
            one_stop=True,
        )
        desks = [
            (
                self.directory.agency(
                    self.directory.province, centre, n, name, procedures=PROVINCE
                ),
                *weights,
            )
            for n, (name, weights) in enumerate(self.invented["agencies"].items(), start=2)
        ]
        for number, (name, weights) in enumerate(self.invented["districts"].items(), start=20):
            district = self.directory.unit(f"H13.{number}", name, "district", "H13")
            one_stop = self.directory.unit(
                f"{district.code}.01",
                f"Bộ phận Một cửa {name}",
                "department",
                district.code,
                one_stop=True,
            )
            office = f"Phòng Tài nguyên và Môi trường {name}"
            desks.append((self.directory.agency(district, one_stop, 2, office), *weights))
        return desks

    # ── the stock ────────────────────────────────────────────────────────────

    def _stock(self, desks: list[tuple[Desk, float, float]]) -> Iterator[Story]:
        """Open and overdue at the end of May: by month of the missed date, with what was asked and sent."""
        dues = [
            due for month, count in self._months().items() for due in self._due_days(month, count)
        ]
        marks = self._marks(len(dues))
        where = self._drawn(
            [desk for desk, _, _ in desks], [weight for _, _, weight in desks], len(dues)
        )
        for due, mark, desk in zip(dues, marks, where, strict=True):
            story = self._overdue(desk, due, mark)
            self.example = self.example or (story.code if "twice" in mark else "")
            yield story

    def _months(self) -> dict[str, int]:
        """Month of the missed date -> dossiers of the stock."""
        may = scaled(self.printed["overdue_in_process_may"], self.scale)
        earlier = scaled(self.printed["overdue_in_process_cumulative"], self.scale) - may
        months = self.invented["fell_overdue"]
        return dict(zip(months, shares(earlier, list(months.values())), strict=True)) | {"05": may}

    def _due_days(self, month: str, count: int) -> list[int]:
        """Missed dates in a month; in May late enough to have been accepted in May, before its last working day."""
        first = self.clerk.days.first_from(f"2024-{month}-01")
        last = self.clerk.days.last_until(f"2024-{month}-29")
        least = first + (12 if month in {"01", "05"} else 0)
        return sorted(self.clerk.rng.randint(least, last) for _ in range(count))

    def _marks(self, count: int) -> list[set[str]]:
        """What befell each dossier of the stock: letters and requests for papers, spread at random."""
        marks: list[set[str]] = [set() for _ in range(count)]
        order = self.clerk.rng.sample(range(count), count)
        in_time = scaled(self.invented["letters_in_time"], self.scale)
        too_late = scaled(self.invented["letters_too_late"], self.scale)
        for n in order[:in_time]:
            marks[n].add("letter in time")
        for n in order[in_time : in_time + too_late]:
            marks[n].add("letter too late")
        order = self.clerk.rng.sample(range(count), count)
        twice, outside = (
            scaled(self.invented[name], self.scale) for name in ("asked_twice", "asked_outside")
        )
        for n in order[:twice]:
            marks[n].add("twice")
        for n in order[twice : twice + outside]:
            marks[n].add("outside")
        return marks

    def _overdue(self, desk: Desk, due: int, mark: set[str]) -> Story:
        asked = bool(mark & {"twice", "outside"})
        procedure = self._short(desk, most=5 if asked else 10)
        spell = self.clerk.overdue(procedure.limit, due, self.last)
        letter = self._letter(spell, mark)
        if not asked:
            return self.clerk.story(desk, procedure, spell, _NATIONAL, letter=letter)
        return self._asked(desk, procedure, spell, letter, mark)

    def _short(self, desk: Desk, most: int) -> Procedure:
        return self.clerk.rng.choice(
            [procedure for procedure in desk.procedures if procedure.limit <= most]
        )

    def _letter(self, spell: Spell, mark: set[str]) -> Letter | None:
        if "letter in time" in mark:
            return self.clerk.letter_in_time(spell, spell.due + 1, rescheduled=False, notified=True)
        if "letter too late" in mark:
            return self.clerk.letter_too_late(spell, self.last, self.last, rescheduled=False)
        return None

    # ── requests for papers ──────────────────────────────────────────────────

    def _asked(
        self, desk: Desk, procedure: Procedure, spell: Spell, letter: Letter | None, mark: set[str]
    ) -> Story:
        """Asked once within three working days, answered at once; the limit of `spell` starts with the answer."""
        answered = spell.accepted
        requested = answered - self.clerk.rng.randint(1, 2)
        accepted = requested - self.clerk.rng.randint(1, 2)
        asker = (
            desk.office.staff[0]
            if self.clerk.rng.random() < 0.6
            else self.clerk.rng.choice(desk.office.staff)
        )
        first = self._request(
            requested, answered, self.clerk.days[spell.due], outside="outside" in mark
        )
        supplements = [first]
        if "twice" in mark:
            supplements.append(self._request(answered + 1, answered + 2, None, outside=False))
            self.twice[asker] += 1
        else:
            self.outside[asker] += 1
        outline = Spell(accepted, procedure.limit, spell.finished)
        return self.clerk.story(
            desk,
            procedure,
            outline,
            _NATIONAL,
            letter=letter,
            supplements=tuple(supplements),
            handler=asker,
        )

    def _request(
        self, requested: int, answered: int, new_due: str | None, *, outside: bool
    ) -> Supplement:
        return Supplement(
            self.clerk.at_closing(requested), self.clerk.at_closing(answered), new_due, outside
        )

    def _asked_twice_in_time(self, desks: list[tuple[Desk, float, float]]) -> Iterator[Story]:
        count = scaled(self.invented["asked_twice_in_time"], self.scale)
        for desk in self._drawn([desk for desk, _, _ in desks], [w for _, w, _ in desks], count):
            procedure = self._short(desk, most=5)
            started = self.clerk.rng.randint(self.first + 6, self.last - procedure.limit - 1)
            spell = Spell(started, procedure.limit, started + procedure.limit)
            yield self._asked(desk, procedure, spell, None, {"twice"})

    # ── the background ───────────────────────────────────────────────────────

    def _background(self, desks: list[tuple[Desk, float, float]]) -> Iterator[Story]:
        makers: dict[str, Any] = {
            "background_online": self._online,
            "background_direct": self._direct,
            "background_late": self._late,
            "background_underway": self._underway,
        }
        for name, make in makers.items():
            count = scaled(self.invented[name], self.scale)
            for desk in self._drawn(
                [desk for desk, _, _ in desks], [w for _, w, _ in desks], count
            ):
                yield make(desk, self.clerk.rng.choice(desk.procedures))

    def _online(self, desk: Desk, procedure: Procedure) -> Story:
        spell = self.clerk.in_time(procedure.limit, self.first, self.last)
        manner = _NATIONAL if self.clerk.rng.random() < 0.4 else _PROVINCIAL
        return self.clerk.story(desk, procedure, spell, manner)

    def _direct(self, desk: Desk, procedure: Procedure) -> Story:
        spell = self.clerk.in_time(procedure.limit, self.first, self.last)
        return self.clerk.story(desk, procedure, spell, _COUNTER)

    def _late(self, desk: Desk, procedure: Procedure) -> Story:
        spell = self.clerk.too_late(procedure.limit, self.first, self.last)
        return self.clerk.story(desk, procedure, spell, _COUNTER)

    def _underway(self, desk: Desk, procedure: Procedure) -> Story:
        spell = self.clerk.underway(procedure.limit, self.last)
        return self.clerk.story(desk, procedure, spell, _PROVINCIAL)

    def _drawn(self, desks: list[Desk], weights: list[float], count: int) -> list[Desk]:
        """Desks by weight, exactly, in random order."""
        drawn = [
            desk for desk, n in zip(desks, shares(count, weights), strict=True) for _ in range(n)
        ]
        self.clerk.rng.shuffle(drawn)
        return drawn


def generate(folder: Path, scale: float = 1.0) -> Generated:
    """All files of the situation in `folder`."""
    return _Writer(folder, scale).write()
