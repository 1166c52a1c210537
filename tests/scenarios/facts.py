"""The published figures of the five situations, and what was invented around them: `facts/*.toml`."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "facts"


def facts(name: str) -> dict[str, Any]:
    """The facts of one situation, with its tables `printed` and `invented`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
