"""Canonical JSON: sorted keys, no spaces, no nulls in objects of ours, UTF-8. The bytes that are hashed and compared.

Knows the shapes of values: frozen dataclasses of texts, numbers, dates, lists. Must not know what any field means.
It says exactly what `json.dumps` would say of the same values (a property test compares the two), in a third of the time:
an import writes this once an event.
"""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from json.encoder import encode_basestring as quoted
from operator import attrgetter
from typing import Any

_dumps = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode

Writer = Callable[[Any], str]


def canonical(value: Any) -> str:
    """JSON of a value; dataclasses without their fields that are None. ValueError for what JSON cannot say (NaN)."""
    return _WRITERS[type(value)](value)


class _Writers(dict[type, Writer]):
    """Type -> its writer; a dataclass gets one made when it is first seen."""

    def __missing__(self, kind: type) -> Writer:
        writer = _object_writer(kind) if is_dataclass(kind) else _dumps
        self[kind] = writer
        return writer


def _object_writer(kind: type) -> Writer:
    names = sorted(field.name for field in fields(kind))
    keys = [f'"{name}":' for name in names]
    # attrgetter gives no tuple for one name
    values: Callable[[Any], tuple[Any, ...]] = (
        attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    )

    def write(value: Any) -> str:
        parts = [
            key + _WRITERS[type(part)](part)
            for key, part in zip(keys, values(value), strict=True)
            if part is not None
        ]
        return f"{{{','.join(parts)}}}"

    return write


_WRITERS = _Writers(
    {
        str: quoted,
        date: lambda day: f'"{day.isoformat()}"',
        datetime: lambda instant: f'"{instant.isoformat()}"',
    }
)
