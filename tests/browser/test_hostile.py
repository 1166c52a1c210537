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


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The example, with units that are named so, each with its dossier."""
    told = []
    for number, name in enumerate(NAMES):
        code = f"Y{number}<b>&"
        text = json.dumps(EXAMPLE).replace("Y09.21", code).replace('"Y09"', f'"T{number}"')
        for event in json.loads(text):
            event["source"] += f"/{number}"
            if "name" in event["data"]:
                event["data"]["name"] = name[:290]
            told.append(event)
    with serving(filled(tmp_path_factory.mktemp("hostile"), told)) as url:
        yield url


@pytest.mark.parametrize("path", ["/?as_of=2026-02-20", "/ho-so", "/vi-pham", "/?unit=T0"])
def test_it_is_shown_as_it_is(look, hostile, path):
    page = look(f"{hostile}{path}", viewport={"width": 360, "height": 740})

    assert "hacked" not in page.title() or "<script>" in page.title()
    assert page.locator("script:not([src])").count() == 0
    assert page.locator("main img, main b:not([class])").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if "unit" not in path:
        assert page.get_by_text("Y0<b>&" if path == "/vi-pham" else NAMES[0]).count() > 0


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
