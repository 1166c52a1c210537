"""The bodies of law that rules cite, by the regulation in force at acceptance. Knows titles only, no facts."""

from collections.abc import Mapping

from domain.policy import Ruleset
from domain.rules._rule import Basis

ND61 = "NĐ 61/2018/NĐ-CP"
ND118 = "NĐ 118/2025/NĐ-CP"
TT01 = "TT 01/2018/TT-VPCP"
TT03 = "TT 03/2025/TT-VPCP"
QD766 = "QĐ 766/QĐ-TTg"

Cited = tuple[str, str]
"""A document and the article of it."""


def basis(old: tuple[Cited, ...], new: tuple[Cited, ...]) -> Mapping[Ruleset, tuple[Basis, ...]]:
    """A basis under NĐ 61/2018 (`old`) and under NĐ 118/2025 (`new`); of QĐ 09/2015 no article is known, `old` stands for it."""
    by: dict[Ruleset, tuple[Cited, ...]] = {
        "qd09-2015": old,
        "nd61-2018": old,
        "nd118-2025": new,
    }
    return {law: tuple(Basis(*cited, law) for cited in articles) for law, articles in by.items()}
