"""Bình Định, 1 January to 19 March 2020: late shares by district, and 51 communes without a single dossier recorded.

District dossiers are decided by the district itself, so that its chairman answers; communes that leave the software
unused declare what they took in, and three of them send their paper book (one numbers its dossiers `12/2020`). Nothing
is overdue in process at the end: all that is late was returned late, and the rest is still in time. Knows nothing of
the engine.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.scenarios.clerk import DIRECT, Clerk, Manner, Spell, scaled, shares
from tests.scenarios.facts import facts
from tests.scenarios.files import EventFile, Generated, Shape, write_csv, write_directory
from tests.scenarios.places import DISTRICT, PROVINCE, Desk, Directory, Procedure, Unit
from tests.scenarios.story import Letter, Story
from tests.scenarios.workdays import WorkingDays

NAME = "binh-dinh-2020"
BOOK_RECORDED_AT = "2020-03-25T08:00:00+07:00"
_SHAPES = (
    Shape.of("code", "procedure", "name", "unit", "accepted", "due", "returned"),
    Shape.of(
        "code", "name", "unit", "channel", "accepted", "due", "handler", "letter", "letter_sent", "result",
        separator="\t", due="Hẹn trả",
    ),
    Shape.of("code", "unit", "accepted", "due", "receiver", "result", "returned", separator=";", bom=True),
)  # fmt: skip
_BOOKS_WITHOUT_LETTERS = {"Xã Cát Sơn", "Xã Bình Tân"}
_ONLINE = Manner(channel="online", portal="provincial")


class _Writer:
    def __init__(self, folder: Path, scale: float) -> None:
        said = facts(NAME)
        self.printed, self.invented, self.scale = said["printed"], said["invented"], scale
        self.clerk = Clerk(WorkingDays(), seed=2020, old_codes=True)
        self.directory = Directory(
            "H08", "Tỉnh Bình Định", since="2018-07-02T07:00:00+07:00", seed=8
        )
        self.into, self.folder = Generated(self.printed["place"]), folder
        self.unused: list[Unit] = []
        self.declared: list[tuple[Unit, int]] = []
        self.books: dict[str, list[Story]] = {name: [] for name in self.invented["paper_books"]}
        self.missing: dict[str, int] = {}
        days = self.clerk.days
        self.first, self.last = days.first_from("2020-01-01"), days.last_until("2020-03-19")

    def write(self) -> Generated:
        districts = [
            self._district(n, name) for n, name in enumerate(self.invented["received"], start=20)
        ]
        departments = [
            self.directory.agency(
                self.directory.province, self._centre(), n, name, procedures=PROVINCE
            )
            for n, name in enumerate(self.invented["departments"], start=2)
        ]
        write_directory(self.into, self.folder / "01-danh-muc.jsonl", self.directory)
        with EventFile(self.into, self.folder / "02-phan-mem.jsonl", "/igate/H08") as file:
            for name, desks in zip(self.invented["received"], districts, strict=True):
                for story in self._lives_of(name, desks):
                    file.tell(story)
            for desk in departments:
                for story in self._department(desk):
                    file.tell(story)
        self._write_books()
        self._declare()
        self.into.truth |= {
            "unused": [unit.name for unit in self.unused],
            "late": sum(scaled(late, self.scale) for _, late in self.invented["received"].values()),
            "missing_by_head": self.missing,
            "examples": {"book": self._book_example()},
        }
        return self.into

    # ── units ────────────────────────────────────────────────────────────────

    def _centre(self) -> Unit:
        """The province's one-stop centre, registered once."""
        code = "H08.01"
        known = [unit for unit in self.directory.units if unit.code == code]
        name = "Trung tâm Phục vụ hành chính công tỉnh"
        return (
            known[0]
            if known
            else self.directory.unit(code, name, "department", "H08", one_stop=True)
        )

    def _district(self, number: int, name: str) -> list[tuple[Desk, float, list[Story] | None]]:
        """Desks with their weight, and the paper book that holds their dossiers."""
        district = self.directory.unit(f"H08.{number}", name, "district", "H08")
        one_stop = self.directory.unit(
            f"{district.code}.01",
            f"Bộ phận Một cửa {name}",
            "department",
            district.code,
            staff=4,
            one_stop=True,
        )
        office = self.directory.unit(
            f"{district.code}.02",
            f"Văn phòng đăng ký đất đai {name}",
            "department",
            district.code,
            staff=5,
        )
        desks: list[tuple[Desk, float, list[Story] | None]] = [
            (Desk(unit=district, at=one_stop, office=office, procedures=DISTRICT), 4, None)
        ]
        communes = [*self.invented["using"][name], *self.invented["not_using"].get(name, ())]
        for n, commune in enumerate(communes, start=20):
            desk = self.directory.commune(district, n, commune)
            if n - 20 < len(self.invented["using"][name]):
                desks.append((desk, 1, None))
            else:
                self._not_using(desk, desks)
        return desks

    def _not_using(self, desk: Desk, desks: list[tuple[Desk, float, list[Story] | None]]) -> None:
        self.unused.append(desk.unit)
        self.declared.append((desk.unit, scaled(self.clerk.rng.randint(40, 260), self.scale)))
        if desk.unit.name in self.books:
            desks.append((desk, 0, self.books[desk.unit.name]))

    # ── lives ────────────────────────────────────────────────────────────────

    def _lives_of(
        self, name: str, desks: list[tuple[Desk, float, list[Story] | None]]
    ) -> Iterator[Story]:
        received, late = (scaled(n, self.scale) for n in self.invented["received"][name])
        underway = round(received * self.invented["underway_share"])
        booked = scaled(self.invented["book_rows"], self.scale)
        rows = [booked if book is not None else 0 for _, _, book in desks]
        recorded = shares(received - sum(rows), [weight for _, weight, _ in desks])
        counts = [n + more for n, more in zip(recorded, rows, strict=True)]
        for (desk, _, book), count, its_late, its_open in zip(
            desks,
            counts,
            shares(late, counts),
            self._open_shares(underway, counts, rows),
            strict=True,
        ):
            for story in self._desk(desk, count, its_late, its_open):
                if book is None:
                    yield story
                else:
                    book.append(story)
            if book is None and desk.unit.level == "commune":
                self.declared.append((desk.unit, round(count * 1.04)))

    def _open_shares(self, underway: int, counts: list[int], rows: list[int]) -> list[int]:
        """Dossiers still open: recorded ones only, a paper book of the period is closed."""
        return shares(underway, [count - row for count, row in zip(counts, rows, strict=True)])

    def _desk(self, desk: Desk, count: int, late: int, underway: int) -> Iterator[Story]:
        for number in range(count):
            procedure = self.clerk.rng.choice(desk.procedures)
            if number < late:
                yield self._late(desk, procedure)
            elif number < late + underway:
                yield self.clerk.story(
                    desk, procedure, self.clerk.underway(procedure.limit, self.last), self._manner()
                )
            else:
                spell = self.clerk.in_time(procedure.limit, self.first, self.last)
                yield self.clerk.story(desk, procedure, spell, self._manner())

    def _department(self, desk: Desk) -> Iterator[Story]:
        resolved, late = (
            scaled(n, self.scale) for n in self.invented["departments"][desk.unit.name]
        )
        yield from self._desk(desk, resolved + resolved // 80, late, resolved // 80)

    def _late(self, desk: Desk, procedure: Procedure) -> Story:
        spell = self.clerk.too_late(procedure.limit, self.first, self.last)
        letter = self._letter(spell) if desk.unit.name not in _BOOKS_WITHOUT_LETTERS else None
        if letter is None:
            head = desk.unit.head
            self.missing[head] = self.missing.get(head, 0) + 1
        return self.clerk.story(desk, procedure, spell, self._manner(), letter=letter)

    def _letter(self, spell: Spell) -> Letter | None:
        draw, in_time = self.clerk.rng.random(), self.invented["letters_in_time"]
        finished = spell.finished or 0
        if draw < in_time:
            return self.clerk.letter_in_time(spell, spell.due + 1, rescheduled=False)
        if draw < in_time + self.invented["letters_too_late"]:
            return self.clerk.letter_too_late(spell, finished, finished, rescheduled=False)
        return None

    def _manner(self) -> Manner:
        return _ONLINE if self.clerk.rng.random() < 0.12 else DIRECT

    # ── the rest of the files ────────────────────────────────────────────────

    def _write_books(self) -> None:
        first, second, third = self.books.values()
        numbered = [_numbered(story, n) for n, story in enumerate(third, start=1)]
        books = zip(_SHAPES, (first, second, numbered), strict=True)
        for number, (shape, stories) in enumerate(books, start=1):
            path = self.folder / f"{number + 2:02d}-so-theo-doi-{number}.csv"
            write_csv(self.into, path, shape, stories, recorded_at=BOOK_RECORDED_AT)
            self.into.dossiers += len(stories)

    def _book_example(self) -> str:
        """A dossier of the third book, as it can be asked for: unit and number."""
        unit = self.books[self.invented["paper_books"][2]][0].desk.unit
        return f"{unit.code}:1/2020"

    def _declare(self) -> None:
        with EventFile(
            self.into, self.folder / "06-so-tiep-nhan-thuc-te.jsonl", "/bao-cao/H08"
        ) as file:
            for unit, count in self.declared:
                said = {
                    "unit": unit.code,
                    "period": "2020-01-01/2020-03-19",
                    "count": count,
                    "basis": "Sổ giấy",
                }
                file.say("unit.intake_declared", unit.code, "2020-03-20T09:00:00+07:00", said)


def _numbered(story: Story, number: int) -> Story:
    """The same dossier with the number of a paper book."""
    return replace(story, code=f"{number}/2020")


def generate(folder: Path, scale: float = 1.0) -> Generated:
    """All files of the situation in `folder`."""
    return _Writer(folder, scale).write()
