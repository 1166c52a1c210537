"""What is printed, read as the PDF that a browser makes: a document with its title, period, moment, source and page numbers, and no chrome."""

import json
from contextlib import closing
from importlib.metadata import version
from urllib.parse import parse_qsl, urlsplit

import pytest

from infra.cli import main
from infra.language import Language
from infra.settings.data import Settings
from infra.wiring import open_store
from tests.support.paper import pages, squeezed

CODE = "Y09.21-260202-0007"
THEN = "as_of=2026-03-20T10:15:30%2B07:00&known_at=2026-03-25T08:00:00%2B07:00"
PAPER = {
    "overview": f"/?{THEN}",
    "overview of a month": "/?period=2026-02&unit=Y09.21",
    "dossiers": f"/ho-so?period=2026-02&state=late&{THEN}",
    "findings": f"/vi-pham?period=2026-02&rule=apology_missing&{THEN}",
    "officer": f"/can-bo/cb-hai?period=2026-02&cases=all&{THEN}",
    "unit": f"/don-vi/Y09.21?period=2026-02&{THEN}",
    "dossier": f"/ho-so/{CODE}?{THEN}",
}
VI = Language("vi")
CHROME = [
    VI(f"pages.{name}") for name in ("skip", "find.go", "other_language", "bar.change", "bar.show")
]


def printed(page):
    """The pieces of text on each sheet."""
    return pages(page.pdf(format="A4", prefer_css_page_size=True))


def whole(sheets):
    """All of the text, without spaces."""
    return squeezed("".join(piece for sheet in sheets for piece in sheet))


def asked(address):
    """What an address asks: its path, and its query whatever the order."""
    return urlsplit(address).path, sorted(parse_qsl(urlsplit(address).query))


@pytest.mark.parametrize("name", PAPER)
def test_paper_is_a_document_that_says_what_it_is_of_and_from(look, site, name):
    page = look(f"{site}{PAPER[name]}")
    sheets = printed(page)
    text = whole(sheets)

    assert squeezed(page.locator("h1").inner_text()) in text
    assert squeezed(page.locator(".bar .moment").inner_text()) in text
    period = "Phátsinhtrongkỳ:" if name == "findings" else "Kỳ:"
    assert (f"{period}02/2026" in text) == ("period" in PAPER[name])
    for number, sheet in enumerate(sheets, 1):
        assert "".join(sheet[:3]) == f"{number} / {len(sheets)}"
    pieces = {piece.strip() for sheet in sheets for piece in sheet}
    assert pieces.isdisjoint(CHROME)
    assert "CSV" not in text
    assert squeezed(VI("pages.no_export")) not in text


def test_a_part_of_a_list_says_on_paper_that_it_is_one(look, site, monkeypatch):
    monkeypatch.setattr("infra.http.pages._overview.PAGE", 1)
    page = look(f"{site}/ho-so")
    said = squeezed(VI("page.position.part"))
    text = whole(printed(page))

    assert f"1–1/{page.locator('[data-total]').first.get_attribute('data-total')}" in text
    assert said in text
    assert not page.locator(".position .paper").is_visible()
    assert page.locator(".position strong").is_visible()


@pytest.fixture(scope="module")
def events(filled):
    """How many events the log has."""
    with closing(open_store(Settings(data=filled))) as store:
        return store.log.max_position()


@pytest.mark.parametrize("name", ["overview of a month", "findings", "officer", "dossier"])
def test_paper_names_its_source(look, site, events, name):
    page = look(f"{site}{PAPER[name]}")
    source = page.locator("#source").text_content()
    address = page.locator("#source code").text_content()

    assert squeezed(source) in whole(printed(page))
    assert source.startswith(f"Nguồn: Đúng Hẹn {version('dunghen')}. Tính đến ")
    assert f" Nhật ký có {VI.number(events)} sự kiện. " in source
    lasting = {"as_of", "known_at"} - {pair[0] for pair in asked(PAPER[name])[1]}
    path, query = asked(address)
    assert (path, [pair for pair in query if pair[0] not in lasting]) == asked(PAPER[name])
    assert dict(query)["known_at"]
    if THEN in PAPER[name]:
        assert "theo dữ liệu ghi nhận đến 25/03/2026 08:00. " in source
    if "period" not in PAPER[name]:
        assert "Tính đến 20/03/2026 10:15:30" in source


def test_the_reasoning_of_findings_is_folded_up_on_the_screen_and_stands_on_paper(look, site):
    page = look(f"{site}{PAPER['dossier']}")
    text = whole(printed(page))
    reasons = page.locator(".found dl").all_text_contents()

    assert len(reasons) > 3
    for reason in reasons:
        assert squeezed(reason) in text


def test_so_do_the_figures_of_the_months(look, site):
    months = look(f"{site}{PAPER['overview of a month']}")
    figures = months.locator("#beside tbody tr").all_text_contents()
    on_paper = whole(printed(months))
    assert len(figures) == 12
    for row in figures:
        assert squeezed(row) in on_paper


@pytest.mark.parametrize("width", [500, 800, 1280])
def test_where_the_five_figures_leave_room_there_is_nothing(look, site, width):
    page = look(f"{site}/", viewport={"width": width, "height": 900})
    page.emulate_media(media="print")
    behind, panel = page.evaluate(
        """() => ['.figures', '.panel'].map((each) => getComputedStyle(document.querySelector(each)).backgroundColor)"""
    )

    assert behind == panel


def test_a_print_of_a_dossier_is_checked_against_the_log(look, site, filled, capsys):
    page = look(f"{site}/ho-so/{CODE}")
    page.locator("#part-source").evaluate("each => each.append(' 7ffb fi')")
    sheets = printed(page)
    capsys.readouterr()
    main(["--data", str(filled), "history", CODE, "--json"])
    last = json.loads(capsys.readouterr().out)["events"][-1]["hash"]

    assert last in whole(sheets)
    assert "7ffbfi" in whole(sheets)
    assert squeezed(VI("case.time")) not in whole(sheets)
    assert squeezed(VI("case.person")) not in whole(sheets)


def test_a_screen_shows_no_source(look, site):
    page = look(f"{site}/vi-pham")

    assert page.locator("#source").is_hidden()
    assert page.locator("footer").is_visible()
