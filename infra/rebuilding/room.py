"""Whether there is room for another generation beside the present one: asked before anything is written.

Knows bytes. Must not know where generations lie.
"""

from typing import Final, Protocol

from infra.errors import CannotRun

_BESIDES: Final = 1.25
"""What filling needs for a moment besides the tables: sorting for the indexes, and the database's own journal."""

GIGABYTE: Final = 1 << 30

_UNSEEN: Final = GIGABYTE
"""Where nobody can say how much room there is, so many bytes are taken to be there: any disk that a database runs on has them."""


class Places(Protocol):
    """Where generations lie; `infra.rows.generations.Generations` are."""

    place: str

    def present(self) -> int:
        """The number of the present one."""
        ...

    def size(self, number: int) -> int:
        """How many bytes one has; 0 when there is none of this number."""
        ...

    def free(self) -> int | None:
        """How many bytes there is room for; None where that cannot be seen from here."""
        ...


def ensure_room(generations: Places, given: int | None, *, command: str, made: int = 0) -> None:
    """CannotRun (`no_room`) unless a generation as large as the present one can be made.

    `given`: the room that the operator knows of, where it cannot be seen from here. `command`: who asks, `rebuild` or `verify`.
    `made`: bytes that an earlier run has made of it.
    """
    needed = max(0, int(generations.size(generations.present()) * _BESIDES) - made)
    free = generations.free() if given is None else given
    if free is None and needed > _UNSEEN:
        raise CannotRun(
            f"{generations.place}: tables beside the present ones need about {_told(needed)}, and how much room the server's disk has cannot"
            f" be seen from here; look there, then say how many GB it has: `dunghen {command} --room {-(-needed // GIGABYTE)}`",
            code="room_unknown",
            path=generations.place,
            needed=_told(needed),
            command=command,
            gigabytes=-(-needed // GIGABYTE),
        )
    if free is not None and free < needed:
        raise CannotRun(
            f"{generations.place}: tables beside the present ones need about {_told(needed)}, and there is room for {_told(free)}; nothing"
            " was written: make room (`dunghen rebuild --drop-old` deletes older generations first), then run again",
            code="no_room",
            path=generations.place,
            needed=_told(needed),
            free=_told(free),
        )


def _told(size: int) -> str:
    return f"{size / GIGABYTE:.1f} GB" if size >= GIGABYTE else f"{size / (1 << 20):.1f} MB"
