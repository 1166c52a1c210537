"""Percentages as they are printed: exact integers in, a string with two decimals out. Must not know what is counted."""


def percent(part: int, whole: int) -> str | None:
    """`part` of `whole` (both >= 0) in percent, two decimals, half up; None over 0."""
    if whole == 0:
        return None
    hundredths = (part * 20_000 + whole) // (whole * 2)
    return f"{hundredths // 100}.{hundredths % 100:02}"
