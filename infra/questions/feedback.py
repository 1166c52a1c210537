"""`report feedback`: petitions received in the period, answered or not, by unit.

Knows where petitions are kept. Must not know when an answer is late.
"""

from collections import defaultdict
from collections.abc import Sequence

from domain.petitions import Petition, PetitionCounts, added, counted, petitions
from domain.values import UnitKey, unit_key
from infra.answers import Answer
from infra.questions.about import About
from infra.questions.asking import Asked


def petitions_of(question: Asked) -> list[Petition]:
    """All petitions in view, of units that are shown whole."""
    told = petitions(question.views.registered(), question.as_of, question.known_at)
    return [petition for petition in told if question.shows_whole(unit_key(petition.unit))]


def feedback(about: About, told: Sequence[Petition]) -> Answer:
    """The answer's total and rows; the total counts every petition once."""
    own: dict[UnitKey, list[PetitionCounts]] = defaultdict(list)
    for petition in told:
        key, period = unit_key(petition.unit), about.period
        if about.holds(key) and (
            period is None or period.first <= petition.received_on <= period.last
        ):
            own[key].append(counted(petition, about.question.as_of))
    counts = {unit: added(each) for unit, each in own.items()}
    units = [
        about.named(unit) | _row(added(counts[member] for member in members & counts.keys()))
        for unit, members in sorted(about.tree.items())
    ]
    return {"total": _row(added(counts.values())), "units": units}


def _row(counts: PetitionCounts) -> Answer:
    return dict(counts._asdict())
