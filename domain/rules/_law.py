"""The bodies of law that rules cite, by the regulation in force at acceptance. Knows titles and dates only, no facts."""

from collections.abc import Mapping
from datetime import date

from domain.policy import Ruleset
from domain.rules._rule import Basis

ND61 = "NĐ 61/2018/NĐ-CP"
ND118 = "NĐ 118/2025/NĐ-CP"
TT01 = "TT 01/2018/TT-VPCP"
TT03 = "TT 03/2025/TT-VPCP"
QD766 = "QĐ 766/QĐ-TTg"
QD09 = "QĐ 09/2015/QĐ-TTg"
QD876 = "QĐ 876/QĐ-BNV"
ND45 = "NĐ 45/2020/NĐ-CP"
ND105 = "NĐ 105/2025/NĐ-CP"
ND151 = "NĐ 151/2025/NĐ-CP"
TT01_2020 = "TT 01/2020/TT-VPCP"

UNCONFIRMED = "chưa đối chiếu"
"""For an article that was not read in the text itself."""

IN_FORCE: Mapping[str, date] = {
    QD09: date(2015, 5, 10),
    ND61: date(2018, 6, 21),
    TT01: date(2019, 1, 6),
    ND45: date(2020, 4, 8),
    TT01_2020: date(2020, 10, 21),
    QD766: date(2022, 6, 23),
    QD876: date(2022, 11, 10),
    ND118: date(2025, 7, 1),
    ND105: date(2025, 7, 1),
    ND151: date(2025, 7, 1),
    TT03: date(2025, 9, 15),
}
"""From when a document may be cited: its entry into force, or its signing where only that is known (DOMAIN 1)."""

Cited = tuple[str, str]
"""A document and the article of it."""


def basis(old: tuple[Cited, ...], new: tuple[Cited, ...]) -> Mapping[Ruleset, tuple[Basis, ...]]:
    """A basis under NĐ 61/2018 (`old`) and under NĐ 118/2025 (`new`); of QĐ 09/2015 no article is known."""
    by: dict[Ruleset, tuple[Cited, ...]] = {
        "qd09-2015": ((QD09, UNCONFIRMED),) if old else (),
        "nd61-2018": old,
        "nd118-2025": new,
    }
    return {
        law: tuple(
            Basis(document, article, law, IN_FORCE.get(document)) for document, article in articles
        )
        for law, articles in by.items()
    }
