"""`Language`: says a sentence of the catalogue, and writes numbers and times in the reader's form.

Knows both languages. Must not know who asks.
"""

from typing import Final, Literal, get_args

from infra.language import _forms
from infra.language._retold import retold, setting_retold
from infra.language._words_access import ACCESS
from infra.language._words_answers import ANSWERS
from infra.language._words_case import CASE
from infra.language._words_commands import COMMANDS
from infra.language._words_errors import ERRORS
from infra.language._words_import import IMPORT
from infra.language._words_law import LAW
from infra.language._words_lists import LISTS
from infra.language._words_notices import NOTICES
from infra.language._words_overview import OVERVIEW
from infra.language._words_pages import PAGES
from infra.language._words_people import PEOPLE
from infra.language._words_problems import PROBLEMS
from infra.language._words_servers import SERVERS
from infra.language._words_taking import TAKING
from infra.language._words_upkeep import UPKEEP
from infra.language._words_usage import USAGE

Lang = Literal["vi", "en"]
LANGUAGES: Final[tuple[Lang, ...]] = get_args(Lang)
CATALOGUE: Final[dict[str, tuple[str, str]]] = {
    **ACCESS,
    **ANSWERS,
    **CASE,
    **COMMANDS,
    **ERRORS,
    **IMPORT,
    **LAW,
    **LISTS,
    **NOTICES,
    **OVERVIEW,
    **PAGES,
    **PEOPLE,
    **PROBLEMS,
    **TAKING,
    **SERVERS,
    **UPKEEP,
    **USAGE,
}
"""Key -> (Vietnamese, English). Keys are unique over all modules: a test counts them."""


class Language:
    """One of the two languages: `say("key", name=value)`, `say.number(1680)`, `say.moment(…)`."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._index = LANGUAGES.index(lang)
        self._vi = lang == "vi"

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of that key, its blanks filled. A missing key is a mistake of ours: KeyError."""
        text = CATALOGUE[key][self._index]
        if not values:
            return text
        return text.format(**values) if self._vi else _forms.singular(text.format(**values))

    def word(self, family: str, name: str | None) -> str:
        """The word for a value of a vocabulary (`class`, `event`, …); one we do not know is shown as it is."""
        if name is None:
            return self("missing")
        entry = CATALOGUE.get(f"{family}.{name}")
        return entry[self._index] if entry else name

    def knows(self, key: str) -> bool:
        """Whether the catalogue has the key."""
        return key in CATALOGUE

    def refusal(self, code: str, message: str) -> str:
        """A refusal in the reader's language: its own sentences where all are known, else what its code says."""
        if not self._vi:
            return message
        key = f"refused.{code}"
        return retold(message) or (self(key) if self.knows(key) else message)

    def remark(self, message: str) -> str:
        """What is odd in something that was taken, in the reader's language."""
        return (retold(message) or message) if self._vi else message

    def setting(self, wrong: str) -> str:
        """What is wrong with a setting, in the reader's language."""
        return setting_retold(wrong) if self._vi else wrong

    def number(self, value: int | None) -> str:
        """`1.680` / `1,680`; what is missing is said, never 0."""
        return self("missing") if value is None else _forms.grouped(value, "." if self._vi else ",")

    def percent(self, value: str | None) -> str:
        """`61,45 %` / `61.45 %`, from the answer's string with two decimals."""
        if value is None:
            return self("missing")
        whole, _, decimals = value.partition(".")
        number = _forms.grouped(int(whole), "." if self._vi else ",")
        return f"{number},{decimals} %" if self._vi else f"{number}.{decimals} %"

    def day(self, value: str | None) -> str:
        """The date of a date or instant: `10/03/2026`."""
        return self("missing") if value is None else _forms.day(_forms.day_of(value))

    def moment(self, value: str | None) -> str:
        """A date as it is; an instant with its hour, `10/03/2026 15:20`."""
        if value is None:
            return self("missing")
        if len(value) == 10:
            return self.day(value)
        at = _forms.instant_of(value)
        return f"{_forms.day(at.date())} {at.hour:02}:{at.minute:02}"

    def limit(self, value: str | None) -> str:
        """A limit: a date means its end, and says so."""
        if value is not None and len(value) == 10:
            return self("limit.end_of_day", day=self.day(value))
        return self.moment(value)

    def working_days(self, count: int) -> str:
        """`3 ngày làm việc` / `3 working days`."""
        return self("duration.working_days", n=self.number(count))

    def duration(self, minutes: int | None, *, short: bool = False) -> str:
        """Office minutes: `3 ngày làm việc 2 giờ 10 phút`; short, for columns: no `làm việc`, no breaks inside `10 phút`."""
        if minutes is None:
            return self("missing")
        days, hours, rest = _forms.spread(minutes)
        parts = []
        if days:
            shown = self("duration.days", n=self.number(days)) if short else self.working_days(days)
            parts.append(shown)
        if hours:
            parts.append(self("duration.hours", n=hours))
        if rest or not parts:
            parts.append(self("duration.minutes", n=rest))
        return " ".join(part.replace(" ", "\xa0") for part in parts) if short else " ".join(parts)
