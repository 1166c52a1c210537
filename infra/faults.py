"""Where a fault of the program happened, for its record: kinds and places, never a message, which may quote an input with a person in it.

Knows exceptions. Must not know where the record is kept.
"""

import traceback
from collections.abc import Iterator
from pathlib import Path


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and those it was raised from: adapters wrap."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__


def places(error: BaseException) -> dict[str, list[str]]:
    """`kinds` of the exceptions, outermost first, and the `frames` that led there: `file.py:12 function`."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "kinds": [type(link).__name__ for link in chain(error)],
        "frames": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }
