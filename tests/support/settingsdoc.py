"""docs/settings.md from the settings themselves.

    python -m tests.support.settingsdoc > docs/settings.md

Knows the fields. Must not know what reads them.
"""

import inspect
import sys
from collections.abc import Iterator

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from infra.settings.reading import SECRET
from infra.settings.service import PARTS, ServiceSettings, variable

HEAD = """\
# Settings

Generated from `infra/settings/service.py` by `python -m tests.support.settingsdoc > docs/settings.md`; a test compares.

The long-running commands (`relay`, `consume …`) read all of these from the environment when they start. A wrong one is named, with all
others that are wrong, and nothing is started (exit code 3, `bad_setting`); a variable `DUNGHEN_…` that is none of these is warned of. What is
set to nothing counts as not set. The other commands read `DUNGHEN_DATABASE_URL`, `DUNGHEN_DATA`, `DUNGHEN_POLICY`, `DUNGHEN_MASTER_KEY`(`_FILE`),
`DUNGHEN_LANG`, `DUNGHEN_LOG` and `DUNGHEN_LOG_LEVEL`; `undelivered retry` reads all, for the webhooks'. What they are set to in practice: [operating.md](operating.md).

Secrets belong in files that only the service's user can read: a variable can be seen by whoever may list processes. † marks what is never
logged or told.
"""


def page() -> str:
    return HEAD + "".join(f"\n{part}" for part in map(_part, PARTS))


def _part(part: type[BaseModel]) -> str:
    title = part.__name__.removesuffix("Settings")
    rows = "\n".join(_row(field) for field in part.model_fields)
    return f"## {title}\n\n{inspect.getdoc(part)}\n\n| variable | means | default | for example |\n|---|---|---|---|\n{rows}\n"


def _row(field: str) -> str:
    info = ServiceSettings.model_fields[field]
    mark = " †" if field in SECRET else ""
    said = " ".join([info.description or "", *_limits(info)])
    return f"| `{variable(field)}`{mark} | {said} | {_default(info.default)} | `{(info.examples or [''])[0]}` |"


def _limits(info: FieldInfo) -> Iterator[str]:
    """`From 1 to 100.`, of a field that has both; a bound that is not reached is said so."""
    least = next((m for m in info.metadata if isinstance(m, Gt | Ge)), None)
    most = next((m for m in info.metadata if isinstance(m, Le)), None)
    if least is not None and most is not None:
        low = f"More than {least.gt}" if isinstance(least, Gt) else f"From {least.ge}"
        yield f"{low}{', ' if isinstance(least, Gt) else ' '}{'at most' if isinstance(least, Gt) else 'to'} {most.le}."


def _default(value: object) -> str:
    if value in (None, ()):
        return "–"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(page())
