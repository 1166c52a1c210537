"""The digest as it is read, in both languages: tests/golden/digest; and who it says it is from, on which day."""

from datetime import date, datetime
from pathlib import Path

import pytest

from consumers.digest import Item, Recipient
from domain.values import VN
from infra.language import Language
from infra.notifying import digest_mail

GOLDEN = Path(__file__).parents[2] / "golden" / "digest"
DAY = date(2026, 3, 17)
BINH = Recipient("cb-binh", "Y09.21")
FOUND = [
    Item("due_soon", "Y09.21-260302-0012", datetime(2026, 3, 19, 10, 30, tzinfo=VN), 0, None),
    Item("overdue", "Y09.21-260202-0007", date(2026, 2, 12), 23, date(2026, 2, 11)),
    Item("overdue", "Y09.21-260209-0031", date(2026, 3, 16), 1, None),
    Item("letter", "Y09.21-260303-0014", date(2026, 3, 19), 0, date(2026, 3, 18)),
]


def written(found=FOUND, lang="vi", who=BINH, day=DAY):
    return digest_mail(
        who, "binh@xa.example", found, day, sender="d@tinh.example", say=Language(lang)
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_digest_reads_as_it_always_did(lang):
    mail = written(lang=lang)
    read = f"Subject: {mail['subject']}\n\n{mail.get_content()}".replace("\r\n", "\n")
    assert read == (GOLDEN / f"{lang}.txt").read_text(encoding="utf-8")


def test_the_same_days_digest_has_the_same_id_and_no_other_has():
    others = (written(day=date(2026, 3, 18)), written(who=Recipient("cb-hai", "Y09.21")))
    assert written()["message-id"] == written(FOUND[:1])["message-id"]
    assert len({mail["message-id"] for mail in (written(), *others)}) == 3


def test_a_unit_is_told_where_nobody_holds_it():
    assert "Y09.21, ngày 17/03/2026" in written(who=Recipient(None, "Y09.21")).get_content()


def test_a_long_list_ends_with_how_many_more_there_are():
    found = [FOUND[0]._replace(code=f"Y09.21-260302-{n:04}") for n in range(60)]
    text = written(found).get_content()
    assert text.count("Y09.21-260302-") == 50
    assert "và 10 hồ sơ nữa" in text


def test_nobody_answers_a_machine():
    assert written()["auto-submitted"] == "auto-generated"
