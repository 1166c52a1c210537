"""Names, and whatever people write, that would break out: it is shown as it is, and does nothing."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import serving
from tests.browser.looking import PHONE
from tests.support.places import EXAMPLE, filled

NAMES = [
    "<script>document.title='hacked'</script>",
    "\"' onmouseover=alert(1) x='",
    "</title></style><img src=x onerror=alert(1)>",
    "\u202eđảo ngược\u202c {{ 7*7 }} {% raw %}",
    "Đơn vị tên rất dài " * 15,
    "https://evil.example/?a=1&b=2#c",
]
UNIT, OFFICER = "Y0<b>&", "cb-hai\"><i>'&"
"""Their codes are no better."""


REGISTERED = EXAMPLE[0] | {
    "id": "officer-hai",
    "type": "vn.dunghen.officer.registered.v1",
    "subject": "cb-hai",
    "data": {"officer": "cb-hai", "name": "", "unit": "Y09.21"},
}


WRITTEN: dict[str, tuple[str, dict[str, Any]]] = {
    "transferred": ("step", {"to": {"unit": "Y09.21"}}),
    "supplement_requested": ("reason", {}),
    "paused": ("legal_basis", {"ground": "other"}),
    "apology_letter_sent": ("number", {}),
    "stopped": ("reason", {}),
}
"""Event -> which of its fields people write as they like, and what else it says."""


def remarks():
    """A dossier with every such text in every such field, and an applicant of such a name."""
    submitted, accepted = (
        each | {"subject": f"{each['subject'][:-4]}0099"} for each in EXAMPLE[3:5]
    )
    submitted["data"] = submitted["data"] | {"applicant": {"name": NAMES[2], "address": NAMES[0]}}
    yield submitted | {"id": "0099-submitted"}
    yield accepted | {"id": "0099-accepted"}
    for kind, (field, more) in WRITTEN.items():
        for n, name in enumerate(NAMES):
            at = f"2026-02-{3 + n:02}T09:00:00+07:00"
            own = {"id": f"0099-{kind}-{n}", "type": f"vn.dunghen.dossier.{kind}.v1"}
            said = {field: name, "document": {"number": name[:60]}, **more}
            yield accepted | own | {"time": at, "recordedtime": at, "data": said}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The example, with units that are named so, each with its dossier; and one full of remarks."""
    told = list(remarks())
    for number, name in enumerate(NAMES):
        code = UNIT.replace("0", str(number))
        text = json.dumps([*EXAMPLE, REGISTERED]).replace("Y09.21", code)
        text = text.replace('"Y09"', f'"T{number}"')
        text = text.replace('"cb-hai"', json.dumps(OFFICER.replace("hai", f"hai{number or ''}")))
        for event in json.loads(text):
            event["source"] += f"/{number}"
            if "name" in event["data"]:
                event["data"]["name"] = name[:290]
            told.append(event)
    with serving(filled(tmp_path_factory.mktemp("hostile"), told)) as url:
        yield url


SHOWN = {
    "/?as_of=2026-02-20": NAMES[0],
    "/ho-so": NAMES[0],
    "/vi-pham": UNIT,
    "/?unit=T0": "",
    f"/can-bo/{quote(OFFICER)}": NAMES[0],
    f"/don-vi/{quote(UNIT)}": NAMES[0],
    f"/ho-so/{quote(UNIT)}-260202-0007": NAMES[0],
}
"""Address -> what stands on its page."""


@pytest.mark.parametrize("path", SHOWN)
def test_it_is_shown_as_it_is(look, hostile, path):
    page = look(f"{hostile}{path}", viewport={"width": 360, "height": 740})

    assert harmless(page)
    assert page.get_by_text(SHOWN[path]).count() > 0


def harmless(page):
    """Whether nothing of it was taken for more than text, nor lies beside a phone."""
    made = page.locator("script:not([src]), main img, main i, main b:not([class])").count()
    named = "hacked" not in page.title() or "<script>" in page.title()
    return named and not made and page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_people_write_is_shown_as_it_is(look, hostile):
    page = look(f"{hostile}/ho-so/Y09.21-260202-0099", viewport=PHONE)
    written = [" ".join(line.split()) for line in page.locator(".said li").all_text_contents()]

    assert harmless(page)
    for name in NAMES:
        shown = [line for line in written if line.endswith(f": {' '.join(name.split())}")]
        assert len(shown) >= len(WRITTEN), name
    page.goto(f"{hostile}/vi-pham?dossier=Y09.21-260202-0099")
    assert page.locator(".finding").count() > 0
    assert harmless(page)


def test_who_applied_is_shown_by_the_name_he_gave(look, hostile):
    page = look(f"{hostile}/ho-so/Y09.21-260202-0099", viewport=PHONE)
    page.locator("#person summary").click()
    page.get_by_label("Lý do").fill(NAMES[0])
    page.get_by_label("Lý do").press("Enter")
    page.get_by_role("heading", name="Người nộp hồ sơ").wait_for()

    assert NAMES[2] in page.locator("main").text_content()
    assert NAMES[0] in page.locator("main").text_content()
    assert harmless(page)


def test_what_an_address_says_is_shown_as_it_is(look, hostile):
    look.expected = ["404 (Not Found)", "400 (Bad Request)"]
    for name in NAMES:
        page = look(f"{hostile}/")
        page.goto(
            f"{hostile}/vi-pham?"
            + "&".join(f"{key}={quote(name)}" for key in ("unit", "officer", "dossier"))
        )
        page.goto(f"{hostile}/ho-so?ended={quote(name)}&state={quote(name)}")
        assert page.locator("script:not([src]), main img").count() == 0
