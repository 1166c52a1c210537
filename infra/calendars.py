"""Loads the calendars that are shipped with the program. Knows where they lie; must not know what they are used for."""

from functools import cache
from importlib.resources import files

from domain.calendar import WorkingCalendar, parse


@cache
def national() -> WorkingCalendar:
    """The default calendar of Viet Nam, 2018-2027."""
    text = files("domain").joinpath("data/calendar-vn-2018-2027.csv").read_text("utf-8")
    return parse("vn-2018-2027/1", text)
