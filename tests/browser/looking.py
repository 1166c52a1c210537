"""What is asked of any page: whether a screen reader stumbles, whether anything lies beside a phone."""

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


def sideways(page: Any) -> int:
    """How many pixels of it lie beside the screen."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width
