"""One catalogue of what is said to people, in Vietnamese and English, and the forms of numbers and times.

Knows words. Must not know commands, screens or pages: the command line and the dashboard both read from here.
"""

from infra.language._forms import day_of, instant_of, singular
from infra.language._language import CATALOGUE, LANGUAGES, Lang, Language

__all__ = ["CATALOGUE", "LANGUAGES", "Lang", "Language", "day_of", "instant_of", "singular"]
