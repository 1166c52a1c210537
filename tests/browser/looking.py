"""What is asked of any page: whether a screen reader stumbles, whether anything lies beside a phone."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe

PHONE = {"width": 360, "height": 740}


def stumbles(page: Any) -> list[str]:
    """What axe-core finds serious or critical: the rule, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


def led(page: Any, does: Callable[[], None]) -> None:
    """Do what leads to another page, and wait until that is there, whole."""
    with page.expect_navigation():
        does()


def sideways(page: Any) -> int:
    """How many pixels of it lie beside the screen."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width


BESIDE = """() => [...document.querySelectorAll(".panel")].flatMap((panel) => {
  const end = panel.getBoundingClientRect().right + 1;
  const scrolled = (e) => e !== panel && (getComputedStyle(e).overflowX !== "visible" || scrolled(e.parentElement));
  return [...panel.querySelectorAll("table, caption, td, th, p, li, h2")]
    .filter((each) => each.getBoundingClientRect().right > end && !scrolled(each))
    .map((each) => `${each.tagName} ${each.textContent.trim().slice(0, 30)}`);
})"""


def beside_panels(page: Any) -> list[str]:
    """What runs past the edge of the panel that it is in, and cannot be scrolled to."""
    found: list[str] = page.evaluate(BESIDE)
    return found
