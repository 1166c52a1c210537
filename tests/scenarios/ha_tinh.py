"""Hà Tĩnh, March 2019: dossiers returned on time whose end the software learnt of days after the question.

Every dossier that the portal showed as overdue is a software history whose `returned` happened by its date and was
recorded between 12 and 29 March (`closed`), or stands only in a paper book of hand-overs (Thạch Hà); a few were really
open or late. Asked as of T and as known at T the engine must show the portal's figures, as known now the true ones.
Knows nothing of the engine.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.scenarios.clerk import Clerk, Manner, Spell, scaled, shares
from tests.scenarios.facts import facts
from tests.scenarios.files import EventFile, Generated, Shape, write_csv, write_directory
from tests.scenarios.places import Desk, Directory
from tests.scenarios.story import Story
from tests.scenarios.workdays import WorkingDays

NAME = "ha-tinh-2019"
BOOK_RECORDED_AT = "2019-04-01T08:00:00+07:00"
_SHAPE = Shape.of(
    "code", "unit", "accepted", "due", "receiver", "handler", "returned", "closed", separator=";", bom=True,
    hours=True, due="Hạn trả kết quả", code="Mã số hồ sơ",
)  # fmt: skip


@dataclass(slots=True)
class _Place:
    """A district: its desks with how many dossiers each is to show as overdue, and how many of those really are."""

    name: str
    code: str
    desks: list[tuple[Desk, int, int]] = field(default_factory=list)


class _Writer:
    def __init__(self, folder: Path, scale: float) -> None:
        said = facts(NAME)
        self.printed, self.invented, self.scale = said["printed"], said["invented"], scale
        self.clerk = Clerk(WorkingDays(), seed=2019, old_codes=True)
        self.directory = Directory(
            "H27", "Tỉnh Hà Tĩnh", since="2018-01-02T07:00:00+07:00", seed=27
        )
        self.into, self.folder = Generated(self.printed["place"]), folder
        self.recorded_late: Counter[str] = Counter()
        self.in_book: list[Story] = []
        self.examples: dict[str, str] = {}
        days = self.clerk.days
        self.start, self.last = days.first_from("2019-01-02"), days.last_until("2019-03-09")

    def write(self) -> Generated:
        places = self._places()
        write_directory(self.into, self.folder / "01-danh-muc.jsonl", self.directory)
        with EventFile(self.into, self.folder / "02-phan-mem.jsonl", "/igate/H27") as file:
            for place in places:
                for story in self._shown(place):
                    file.tell(story)
            for story in self._background([desk for place in places for desk, _, _ in place.desks]):
                file.tell(story)
        book = self.folder / "03-so-giao-nhan-thach-ha.csv"
        write_csv(self.into, book, _SHAPE, self.in_book, recorded_at=BOOK_RECORDED_AT)
        self.into.truth |= self._truth(places)
        return self.into

    def _truth(self, places: list[_Place]) -> dict[str, Any]:
        return {
            "codes": {place.name: place.code for place in places},
            "shown": {place.name: sum(shown for _, shown, _ in place.desks) for place in places},
            "really_overdue": {place.name: self._open(place) for place in places},
            "shown_by_unit": {desk.unit.name: shown for p in places for desk, shown, _ in p.desks},
            "open_by_unit": {
                desk.unit.name: self._really(p, late) for p in places for desk, _, late in p.desks
            },
            "recorded_late": dict(self.recorded_late),
            "examples": self.examples,
        }

    def _really(self, place: _Place, late: int) -> int:
        return 0 if place.name == self.printed["city"]["name"] else late

    def _open(self, place: _Place) -> int:
        return sum(self._really(place, late) for _, _, late in place.desks)

    # ── units ────────────────────────────────────────────────────────────────

    def _places(self) -> list[_Place]:
        printed, invented = self.printed, self.invented
        shown = {printed["city"]["name"]: printed["city"]["shown"]}
        shown |= {printed["can_loc"]["name"]: printed["can_loc"]["shown"]}
        shown |= printed["others_shown"] | invented["districts_shown"]
        return [
            self._place(number, name, count)
            for number, (name, count) in enumerate(shown.items(), start=10)
        ]

    def _place(self, number: int, name: str, shown: int) -> _Place:
        district = self.directory.unit(f"H27.{number}", name, "district", "H27")
        one_stop = self.directory.unit(
            f"{district.code}.01",
            f"Bộ phận Một cửa {name}",
            "department",
            district.code,
            staff=4,
            one_stop=True,
        )
        agencies = [
            self.directory.agency(district, one_stop, n, f"{body} {name}")
            for n, body in (
                (2, "Phòng Tài nguyên và Môi trường"),
                (3, "Phòng Tài chính - Kế hoạch"),
            )
        ]
        place = _Place(name, district.code)
        if name == self.printed["can_loc"]["name"]:
            self._can_loc(place, agencies)
        else:
            self._other(place, agencies, shown)
        return place

    def _can_loc(self, place: _Place, agencies: list[Desk]) -> None:
        invented = self.invented["can_loc"]
        for desk, count in zip(agencies, shares(invented["office_shown"], [2, 1]), strict=True):
            place.desks.append((desk, scaled(count, self.scale), 0))
        communes = self.printed["can_loc"]["communes"] | invented["communes"]
        for number, (name, count) in enumerate(communes.items(), start=20):
            desk = self.directory.commune(self._unit(place.code), number, f"Xã {name}")
            really = invented["really_overdue"].get(name, 0)
            place.desks.append((desk, scaled(count, self.scale), scaled(really, self.scale)))

    def _other(self, place: _Place, agencies: list[Desk], shown: int) -> None:
        communes = self.invented["communes"][place.name]
        district = self._unit(place.code)
        desks = agencies + [
            self.directory.commune(district, n, name) for n, name in enumerate(communes, start=20)
        ]
        counts = shares(scaled(shown, self.scale), [5, 3] + [1] * len(communes))
        late = scaled(self.invented["really_overdue"].get(place.name, 0), self.scale)
        if place.name == self.printed["city"]["name"]:
            late = self.printed["city"]["really_late"]
        for number, (desk, count) in enumerate(zip(desks, counts, strict=True)):
            place.desks.append((desk, count, late if number == 0 else 0))

    def _unit(self, code: str) -> Any:
        return next(unit for unit in self.directory.units if unit.code == code)

    # ── lives ────────────────────────────────────────────────────────────────

    def _shown(self, place: _Place) -> Iterator[Story]:
        in_book = place.name == self.invented["paper_book"]
        never = scaled(self.invented["paper_never_closed"], self.scale) if in_book else 0
        for desk, shown, late in place.desks:
            for number in range(shown):
                if number >= late:
                    yield self._returned_in_time(
                        desk, in_book=in_book, never=len(self.in_book) < never
                    )
                elif place.name == self.printed["city"]["name"]:
                    yield self._returned_late(desk)
                else:
                    yield self._really_overdue(desk)

    def _returned_in_time(self, desk: Desk, *, in_book: bool, never: bool) -> Story:
        """Handed over by its date; the software learns of it after the question, or never."""
        procedure = self.clerk.rng.choice(desk.procedures)
        due = self.last - self.clerk.rng.randint(0, 20) - (3 if never else 0)
        finished = due - self.clerk.rng.randint(0, procedure.limit - 1)
        spell = Spell(due - procedure.limit, procedure.limit, finished)
        closed = None if never else self._cleaned_up()
        story = self.clerk.story(
            desk, procedure, spell, self._closed(desk, closed, on_paper=in_book)
        )
        self.examples.setdefault("only_on_paper" if never else "returned_in_time", story.code)
        if in_book:
            self.in_book.append(story)
        else:
            self.recorded_late[story.closer] += 1
        return story

    def _returned_late(self, desk: Desk) -> Story:
        limit = desk.procedures[0].limit
        spell = Spell(self.last - 4 - limit, limit, self.last - 1)
        story = self.clerk.story(
            desk, desk.procedures[0], spell, self._closed(desk, self._cleaned_up())
        )
        self.recorded_late[story.closer] += 1
        return story

    def _really_overdue(self, desk: Desk) -> Story:
        procedure = self.clerk.rng.choice(desk.procedures)
        due = self.last - self.clerk.rng.randint(1, 12)
        return self.clerk.story(
            desk, procedure, self.clerk.overdue(procedure.limit, due, self.last)
        )

    def _closed(self, desk: Desk, closed: str | None, *, on_paper: bool = False) -> Manner:
        """The first officers of a counter are the ones who seldom close: three ends in four are theirs."""
        staff = desk.at.staff
        closer = staff[0] if self.clerk.rng.random() < 0.5 else self.clerk.rng.choice(staff)
        return Manner(closed=closed, closer=closer, only_returned=True, ended_on_paper=on_paper)

    def _cleaned_up(self) -> str:
        days = self.clerk.days
        return self.clerk.at_closing(
            self.clerk.rng.randint(days.first_from("2019-03-12"), days.last_until("2019-03-29"))
        )

    def _background(self, desks: list[Desk]) -> Iterator[Story]:
        for _ in range(scaled(self.invented["background_in_time"], self.scale)):
            desk = self.clerk.rng.choice(desks)
            procedure = self.clerk.rng.choice(desk.procedures)
            yield self.clerk.story(
                desk, procedure, self.clerk.in_time(procedure.limit, self.start, self.last)
            )
        for _ in range(scaled(self.invented["background_underway"], self.scale)):
            desk = self.clerk.rng.choice(desks)
            procedure = self.clerk.rng.choice(desk.procedures)
            yield self.clerk.story(desk, procedure, self.clerk.underway(procedure.limit, self.last))


def generate(folder: Path, scale: float = 1.0) -> Generated:
    """All files of the situation in `folder`."""
    return _Writer(folder, scale).write()
