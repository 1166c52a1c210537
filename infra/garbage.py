"""How often Python looks for garbage cycles: seldom, while a batch of values that make none is growing.

Knows the collector. Must not know what is being made.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_COLLECT_AFTER: Final = 100_000
"""Objects made; a batch is about a third of it."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Facts and judgements make no cycles: to look through a batch for some again and again as it grows is a tenth of the work."""
    usual = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
