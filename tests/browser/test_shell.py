"""What every page has: the bar, the language, the frame, whichever way it is looked at."""

import pytest

from tests.browser.conftest import on_the_path
from tests.browser.looking import PHONE, beside_panels, led, sideways


def test_a_page_is_vietnamese_until_its_address_says_english(look, site):
    page = look(f"{site}/?as_of=2026-03-31", locale="en-US")

    assert page.locator("html").get_attribute("lang") == "vi"
    led(page, page.get_by_role("link", name="English").click)

    assert page.locator("html").get_attribute("lang") == "en"
    assert "as_of=2026-03-31" in page.url


def test_the_bar_says_the_moment_and_takes_dates_as_people_write_them(look, site):
    page = look(f"{site}/")
    page.locator(".bar summary").click()
    page.get_by_label("Tính đến", exact=True).fill("10/03/2026 08:15")
    led(page, page.get_by_role("button", name="Xem").click)

    assert "Số liệu tính đến 10/03/2026 08:15" in page.locator(".bar").inner_text()
    assert page.locator(".bar.past").count() == 1


PATHS = (
    "/",
    "/vi-pham",
    "/ho-so",
    "/don-vi/Y09.21",
    "/can-bo/cb-hai",
    "/nhap",
    "/ho-so/Y09.21-260202-0007",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [360, 700, 800, 1024])
def test_nothing_runs_past_its_panel_however_wide_the_screen_is(look, site, path, width):
    page = look(f"{site}{path}", viewport={"width": width, "height": 900})

    assert page.locator(".panel").count() > 0
    assert (sideways(page) <= 0, beside_panels(page)) == (True, [])


TINT = "() => getComputedStyle(document.querySelector('.bar')).backgroundColor"


@pytest.mark.parametrize("path", ["/", "/ho-so", "/can-bo/cb-hai", "/don-vi/Y09.21"])
@pytest.mark.parametrize("light", ["light", "dark"])
def test_a_page_looks_of_another_moment_whether_its_period_has_ended_or_its_address_names_it(
    look, site, path, light
):
    now, named, over = (
        look(f"{site}{path}{asked}", color_scheme=light)
        for asked in ("", "?as_of=2026-02-28", "?period=2026-02")
    )

    assert over.evaluate(TINT) == named.evaluate(TINT) != now.evaluate(TINT)
    for page, past in ((now, False), (named, True), (over, True)):
        assert page.locator(".bar .tag").is_visible() == past
    assert "Số liệu tính đến 28/02/2026 23:59" in over.locator(".bar").inner_text()
    assert over.locator("#live").count() == 0


def test_from_a_figure_of_a_period_to_its_dossier_the_moment_stays(look, site):
    page = look(f"{site}/?period=2026-02")
    moment = page.locator(".bar .moment").inner_text()
    led(page, page.locator(".figures a[href*='letter=owed']").first.click)
    led(page, page.locator("main a.code").first.click)

    assert "/ho-so/" in page.url
    assert page.locator(".bar.past .moment").inner_text().startswith(moment.split(",")[0])
    assert page.locator("#live .on").is_hidden()


def test_a_field_that_cannot_be_read_is_named_and_kept(look, site):
    look.expected = ["400 (Bad Request)"]
    page = look(f"{site}/?as_of=hôm qua")

    page.get_by_role("link", name="Tính đến").click()

    assert page.get_by_label("Tính đến", exact=True).input_value() == "hôm qua"
    assert page.get_by_label("Tính đến", exact=True).get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("path", ["/", "/khong-co"])
def test_nothing_lies_beside_a_phone(look, site, path):
    look.expected = ["404 (Not Found)"]
    page = look(f"{site}{path}", viewport=PHONE)

    assert sideways(page) <= 0


def test_without_a_browser_tests_are_skipped_by_name_and_fail_in_ci(tmp_path):
    nowhere = {"PATH": str(tmp_path)}
    with pytest.raises(pytest.skip.Exception, match="no browser on the path"):
        on_the_path(nowhere)
    with pytest.raises(pytest.fail.Exception, match="no browser on the path"):
        on_the_path(nowhere | {"CI": "true"})
