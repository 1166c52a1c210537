"""What a header prefers, each with its weight (RFC 9110, 12.4.2): of `Accept` and `Accept-Language` alike.

Knows the grammar. Must not know what is preferred: media types or languages.
"""

from collections.abc import Iterator


def weighed(header: str) -> Iterator[tuple[str, float]]:
    """Each name in lower case without its parameters, and its weight from 0 to 1; one that cannot be read is 0: not wanted."""
    for part in header.lower().split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        if name:
            yield name, _weight(parameters)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
