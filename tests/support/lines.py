"""Two small dossiers of a commune, as lines of a log, some of them changed on the way; and how to look at what came of them."""

from consumers import project
from tests.support.stores import END, LAW, facts_of

CODE, OTHER = "H40.17-250317-0001", "H40.17-250317-0002"


def event(kind, when, subject=CODE, **data):
    return {
        "id": f"{subject}-{kind}-{when}",
        "source": "/directory" if kind.startswith(("unit", "procedure")) else "/igate/H40",
        "type": f"vn.dunghen.{kind}.v1",
        "subject": subject,
        "time": f"{when}+07:00",
        "recordedtime": f"{when}+07:00",
        "data": data,
    }


def accepted(subject=CODE, **data):
    data = {"competent_unit": "H40.17", "limit": {"amount": 2, "unit": "working_days"}} | data
    return event("dossier.accepted", "2025-03-17T08:00:00", subject, **data)


def head(officer, when="2020-01-01T08:00:00"):
    return event("unit.registered", when, "H40.17", unit="H40.17", name="UBND", head=officer)


class Lines:
    """A source of the lines given, some of them changed on the way."""

    def __init__(self, store, *sent, but=lambda line: line):
        store.engine.record(facts_of(sent))
        lines = [but(tuple(line)) for line in store.log.select(0, 10_000)]
        self.lines = [line for line in lines if line is not None]

    def select(self, after, limit, /):
        return [line for line in self.lines if line[0] > after][:limit]

    def rest(self, versions, /):
        return []  # as of a broker: nobody can look ahead


def project_all(source, views, limit=project.BATCH, now=END):
    while project.step(source, views, LAW, now, limit=limit):
        pass


def troubles(views):
    return dict(views.database.rows("SELECT dossier, trouble FROM states"))


THREE = (
    accepted(),
    accepted(OTHER),
    event("dossier.transferred", "2025-03-17T09:00:00", to={"unit": "H40.17", "officer": "B"}),
    event("dossier.result_issued", "2025-03-18T09:00:00"),
    event("dossier.returned", "2025-03-18T09:00:00", OTHER, method="direct"),
)


def answering(views):
    return {
        officer
        for (officer,) in views.database.rows(
            "SELECT officer FROM answering WHERE rule = 'apology_missing'"
        )
    }


def at(text):
    return facts_of([event("dossier.returned", text, method="direct")])[0].time


def feed(views):
    return views.database.rows("SELECT rule, change, at FROM feed ORDER BY id")


def by_take(source, views):
    return project.take(source.lines, source, views, LAW, END)
