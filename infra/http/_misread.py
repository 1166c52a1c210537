"""That a parameter cannot be read: which one, and how it is written.

Knows names of parameters. Must not know how it is said.
"""

from infra.given import Unreadable


class Misread(Unreadable):
    """What a parameter holds cannot be read; `field` is its name."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
