"""Kiên Giang, January to September 2022: 171,750 dossiers returned, 66,209 of them late, and the letters owed for them.

Late dossiers of Phú Quốc and Rạch Giá partly have no letter; everywhere else each late or overdue one has a letter, in
time or too late. Where the date was moved with the letter, the new date was missed as well: legal and portal date give
the same rate. Petitions are feedback events, 129 of them never answered. One district reports by workbook, one by a
CSV register, Rạch Giá by a compressed file. Knows nothing of the engine.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.scenarios.clerk import Clerk, Manner, Spell, scaled, shares
from tests.scenarios.facts import facts
from tests.scenarios.files import (
    EventFile,
    Generated,
    Shape,
    write_csv,
    write_directory,
    write_xlsx,
)
from tests.scenarios.places import PROVINCE, Desk, Directory, Unit
from tests.scenarios.story import Letter, Story
from tests.scenarios.workdays import WorkingDays

NAME = "kien-giang-2022"
BOOK_RECORDED_AT = "2022-10-03T08:00:00+07:00"
_SHAPE = Shape.of(
    "code", "procedure", "name", "unit", "channel", "accepted", "due", "receiver", "handler", "letter",
    "letter_sent", "letter_due", "result", "returned",
)  # fmt: skip
_ONLINE = Manner(channel="online", portal="provincial")
_COUNTER = Manner(with_applicant=False)
_RACH_GIA, _PHU_QUOC, _AGENCIES = "Thành phố Rạch Giá", "Thành phố Phú Quốc", "Các sở"


class _Count(NamedTuple):
    """Dossiers of a place: resolved in the period, late among them, open in time and overdue at its end."""

    resolved: int
    late: int
    underway: int
    overdue: int


class _Writer:
    def __init__(self, folder: Path, scale: float) -> None:
        said = facts(NAME)
        self.printed, self.invented, self.scale = said["printed"], said["invented"], scale
        self.clerk = Clerk(WorkingDays(), seed=2022, old_codes=False)
        self.directory = Directory(
            "H33", "Tỉnh Kiên Giang", since="2021-06-01T07:00:00+07:00", seed=33
        )
        self.into, self.folder = Generated(self.printed["place"]), folder
        self.example_missing = ""
        days = self.clerk.days
        self.first, self.last = days.first_from("2022-01-01"), days.last_until("2022-09-30")

    def write(self) -> Generated:
        places = {
            name: self._place(n, name)
            for n, name in enumerate(self.invented["districts"], start=20)
        }
        write_directory(self.into, self.folder / "01-danh-muc.jsonl", self.directory)
        plan = dict(zip(places, self._plan(), strict=True))
        self._write_software(places, plan)
        self._write_registers(places, plan)
        self._write_petitions([desks[-1].unit for desks in places.values()])
        self.into.truth |= {
            "resolved": sum(count.resolved for count in plan.values()),
            "late": sum(count.late for count in plan.values()),
            "petitions": scaled(self.invented["petitions_received"], self.scale),
            "unanswered": scaled(self.printed["petitions_unanswered"], self.scale),
            "missing": {name: self._missing(name) for name in self.printed["missing_apologies_in"]},
            "codes": {
                name: desks[-1].unit.parent for name, desks in places.items() if name != _AGENCIES
            },
            "examples": {"no_letter": self.example_missing},
        }
        return self.into

    def _missing(self, name: str) -> int:
        return scaled(self.invented["letters_missing"].get(name, 0), self.scale)

    # ── units and numbers ────────────────────────────────────────────────────

    def _place(self, number: int, name: str) -> list[Desk]:
        if name == _AGENCIES:
            centre = self._one_stop("H33.01", "Trung tâm Phục vụ hành chính công tỉnh", "H33")
            bodies = ("Sở Tư pháp", "Sở Giao thông vận tải", "Sở Kế hoạch và Đầu tư")
            province = self.directory.province
            return [
                self.directory.agency(province, centre, n, body, procedures=PROVINCE)
                for n, body in enumerate(bodies, 2)
            ]
        district = self.directory.unit(f"H33.{number}", name, "district", "H33")
        one_stop = self._one_stop(f"{district.code}.01", f"Bộ phận Một cửa {name}", district.code)
        land = self.directory.agency(
            district, one_stop, 2, f"Chi nhánh Văn phòng đăng ký đất đai {name}"
        )
        plans = self.directory.agency(district, one_stop, 3, f"Phòng Tài chính - Kế hoạch {name}")
        kind = "Phường" if name.startswith("Thành phố") else "Xã"
        communes = [
            self.directory.commune(district, 20 + n, f"{kind} số {n} {name}") for n in (1, 2, 3)
        ]
        return [land, plans, *communes]

    def _one_stop(self, code: str, name: str, parent: str) -> Unit:
        return self.directory.unit(code, name, "department", parent, staff=6, one_stop=True)

    def _plan(self) -> Iterator[_Count]:
        """Per place: resolved, late among them, underway and overdue at the end."""
        resolved = scaled(self.printed["resolved"], self.scale)
        late = resolved - scaled(self.printed["early_or_on_time"], self.scale)
        weights = [weight for weight, _ in self.invented["districts"].values()]
        late_weights = [weight for _, weight in self.invented["districts"].values()]
        open_weights = [
            0 if self._on_paper(name) else weight
            for name, (weight, _) in self.invented["districts"].items()
        ]
        return map(
            _Count,
            shares(resolved, weights),
            shares(late, late_weights),
            shares(scaled(self.invented["underway"], self.scale), open_weights),
            shares(scaled(self.invented["overdue"], self.scale), open_weights),
        )

    def _on_paper(self, name: str) -> bool:
        return name in {self.invented["workbook"], self.invented["paper_book"]}

    # ── files ────────────────────────────────────────────────────────────────

    def _write_software(self, places: dict[str, list[Desk]], plan: dict[str, _Count]) -> None:
        rest = [n for n in places if n not in {_RACH_GIA, _PHU_QUOC} and not self._on_paper(n)]
        for file, names in (
            ("02-rach-gia.jsonl.gz", [_RACH_GIA]),
            ("03-phu-quoc.jsonl", [_PHU_QUOC]),
            ("04-huyen-va-so.jsonl", rest),
        ):
            with EventFile(self.into, self.folder / file, "/igate/H33") as events:
                for name in names:
                    for story in self._lives(name, places[name], plan[name]):
                        events.tell(story)

    def _write_registers(self, places: dict[str, list[Desk]], plan: dict[str, _Count]) -> None:
        workbook, book = self.invented["workbook"], self.invented["paper_book"]
        for name, write, file in (
            (workbook, write_xlsx, "05-so-theo-doi-kien-hai.xlsx"),
            (book, write_csv, "06-so-theo-doi-giang-thanh.csv"),
        ):
            stories = self._lives(name, places[name], plan[name])
            write(self.into, self.folder / file, _SHAPE, stories, recorded_at=BOOK_RECORDED_AT)
        self.into.dossiers += plan[workbook].resolved + plan[book].resolved

    def _write_petitions(self, units: list[Unit]) -> None:
        received, unanswered = (
            scaled(n, self.scale)
            for n in (self.invented["petitions_received"], self.printed["petitions_unanswered"])
        )
        late = scaled(self.invented["petitions_answered_late"], self.scale)
        with EventFile(self.into, self.folder / "07-phan-anh-kien-nghi.jsonl", "/pakn/H33") as file:
            for number in range(received):
                self._petition(
                    file,
                    number,
                    units,
                    answer=number >= unanswered,
                    late=number < unanswered + late,
                )

    def _petition(
        self, file: EventFile, number: int, units: list[Unit], *, answer: bool, late: bool
    ) -> None:
        rng, code = self.clerk.rng, f"PAKN.H33.22.{number + 1:05d}"
        unit = rng.choice(units)
        day = rng.randint(self.first, self.last - 20)
        said: dict[str, Any] = {"feedback": code, "unit": unit.code, "kind": "phản ánh"}
        due = {"due_at": self.clerk.days[day + 5]}
        file.say("feedback.received", code, self.clerk.at_closing(day), said | due)
        if answer:
            after = rng.randint(6, 18) if late else rng.randint(1, 5)
            given = {"feedback": code, "unit": unit.code, "answer": "Đã xác minh và trả lời"}
            file.say("feedback.answered", code, self.clerk.at_closing(day + after), given)

    # ── lives ────────────────────────────────────────────────────────────────

    def _lives(self, name: str, desks: list[Desk], count: _Count) -> Iterator[Story]:
        missing, choice = self._missing(name), self.clerk.rng.choice
        for number in range(count.resolved):
            late = number < count.late
            yield (
                self._late(choice(desks), missing=number < missing)
                if late
                else self._in_time(choice(desks))
            )
        for _ in range(count.underway):
            yield self._underway(choice(desks))
        for _ in range(count.overdue):
            yield self._overdue(choice(desks))

    def _in_time(self, desk: Desk) -> Story:
        procedure = self.clerk.rng.choice(desk.procedures)
        spell = self.clerk.in_time(procedure.limit, self.first, self.last)
        return self.clerk.story(desk, procedure, spell, self._manner())

    def _late(self, desk: Desk, *, missing: bool) -> Story:
        procedure = self.clerk.rng.choice(desk.procedures)
        spell = self.clerk.too_late(procedure.limit, self.first, self.last, most=20)
        letter = None if missing else self._letter(spell, spell.finished or 0)
        story = self.clerk.story(desk, procedure, spell, self._manner(), letter=letter)
        if missing and not self.example_missing:
            self.example_missing = story.code
        return story

    def _letter(self, spell: Spell, before: int) -> Letter:
        """With a new date that will be missed too, where there is room for one."""
        over = before - spell.due
        rescheduled = over > 1 and self.clerk.rng.random() < 0.3
        new_due = spell.due + (self.clerk.rng.randint(1, over - 1) if rescheduled else 1)
        if self.clerk.rng.random() < self.invented["letters_in_time"]:
            return self.clerk.letter_in_time(spell, new_due, rescheduled=rescheduled)
        return self.clerk.letter_too_late(spell, before, new_due, rescheduled=rescheduled)

    def _underway(self, desk: Desk) -> Story:
        procedure = self.clerk.rng.choice(desk.procedures)
        return self.clerk.story(
            desk, procedure, self.clerk.underway(procedure.limit, self.last), self._manner()
        )

    def _overdue(self, desk: Desk) -> Story:
        procedure = self.clerk.rng.choice(desk.procedures)
        due = self.last - self.clerk.rng.randint(2, 15)
        spell = self.clerk.overdue(procedure.limit, due, self.last)
        return self.clerk.story(
            desk, procedure, spell, self._manner(), letter=self._letter(spell, self.last)
        )

    def _manner(self) -> Manner:
        return _ONLINE if self.clerk.rng.random() < 0.25 else _COUNTER


def generate(folder: Path, scale: float = 1.0) -> Generated:
    """All files of the situation in `folder`."""
    return _Writer(folder, scale).write()
