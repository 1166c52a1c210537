"""A random dossier as a page is told of it: the answer of `history` at a random (T, K), with no store behind.

Knows the stories of the oracle and the functions that make answers. Must not know pages.
"""

import random
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st

from domain import corrections
from domain.assessment import assess
from domain.directory import directory
from domain.engine import Logged
from domain.policy import NATIONAL
from domain.timeline import timeline
from infra import answers
from infra.calendars import national
from tests.oracle.compare import recorded
from tests.oracle.directories import random_directory
from tests.oracle.histories import random_history, random_question

CODE = "H40.17-250320-0001"


@cache
def told(seed: int) -> answers.Answer:
    """The same for the same seed; not to be changed."""
    rng = random.Random(seed)
    registrations = random_directory(rng)
    told = random_history(rng, CODE)
    as_of, known_at = random_question(rng, told)
    history = recorded(told)
    view = timeline(corrections.entries(history, known_at), as_of=as_of, known_at=known_at)
    registered = directory(recorded(registrations), known_at)
    judged = answers.explanation(
        CODE,
        view,
        assess(view, NATIONAL, national(), as_of, registered),
        registered,
        complete=True,
        lang="vi",
    )
    logged = [Logged(version, fact, f"{version:064x}") for version, fact in history]
    return answers.history(CODE, logged, view, judged, complete=True)


SEEDS = range(2 * settings().max_examples)
"""So few that the laws of one subject are tried on the same."""
tellings = st.sampled_from(SEEDS).map(told)
