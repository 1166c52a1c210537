"""The form of an answer: JSON, or the list in it as CSV or XLSX; by `format`, else by `Accept`.

Knows media types and their weights (RFC 9110, 12.5.1). Must not know what is answered.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, get_args

from fastapi import Depends, Query, Request
from starlette.exceptions import HTTPException

from infra.http._addresses import Spelt
from infra.http._parameters import Reading, reading
from infra.http._weights import weighed
from infra.language import Language
from infra.sheets import Asked, Heads

Form = Literal["json", "csv", "xlsx"]
MEDIA: Final[dict[Form, str]] = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What is preferred the same is taken in this order."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants an answer."""

    request: Request
    say: Language
    form: Form = "json"
    heads: Heads = "names"
    asked: Asked = field(default_factory=dict)
    """What the address says, as its route read it."""


class Question(Spelt):
    """A route of a question: its wish knows what was asked."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        @wraps(endpoint)
        def question(*, wish: Wish, **asked: Any) -> Any:
            return endpoint(wish=replace(wish, asked=asked), **asked)

        super().__init__(path, question, **more)


async def whole(request: Request, read: Annotated[Reading, Depends(reading)]) -> Wish:
    """Of an answer that is no list: JSON it is."""
    if not _weight(request.headers.get("accept") or "*/*", MEDIA["json"]):
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE)
    return Wish(request, read.say)


async def listed(
    request: Request,
    read: Annotated[Reading, Depends(reading)],
    format: Annotated[  # noqa: A002 - the name in the address
        Form | None,
        Query(description="The form of the answer; else the one that `Accept` prefers."),
    ] = None,
    columns: Annotated[
        Heads,
        Query(
            description="For whom CSV and XLSX are. `names`, for people: headings and words in the reader's language, in XLSX days and"
            " percentages to calculate with. `ids`, for programs: ids that never change above the columns, and the texts of the JSON."
        ),
    ] = "names",
) -> Wish:
    """Of an answer with a list in it. 406 where none of its forms is wanted."""
    chosen = format or preferred(request.headers.get("accept") or "*/*")
    if chosen is None:
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE)
    return Wish(request, read.say, chosen, columns)


def preferred(accept: str) -> Form | None:
    """The form that weighs most; None where each is refused."""
    weights = {form: _weight(accept, MEDIA[form]) for form in get_args(Form)}
    best = max(weights.values())
    return (
        next((form for form, weight in weights.items() if weight == best), None) if best else None
    )


def _weight(accept: str, media: str) -> float:
    """What the range says of a media type that fits it most closely; 0: it is not wanted."""
    kind = media.partition("/")[0]
    ranges = ("*/*", f"{kind}/*", media)
    closest, weight = -1, 0.0
    for name, quality in weighed(accept):
        closeness = ranges.index(name) if name in ranges else -1
        if closeness > closest:
            closest, weight = closeness, quality
    return weight


Whole = Annotated[Wish, Depends(whole)]
Listed = Annotated[Wish, Depends(listed)]
