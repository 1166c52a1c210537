"""Names that would break out: they are shown as they are, and do nothing."""

import json
from urllib.parse import quote

import pytest

from tests.browser.conftest import serving
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


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The example, with units that are named so, each with its dossier."""
    told = []
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

    assert "hacked" not in page.title() or "<script>" in page.title()
    assert page.locator("script:not([src])").count() == 0
    assert page.locator("main img, main i, main b:not([class])").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.get_by_text(SHOWN[path]).count() > 0


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
