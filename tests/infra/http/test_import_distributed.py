"""A register that is handed in over HTTP where the data lie in PostgreSQL: rehearsed it changes nothing, taken in it answers."""

from infra.http import Stores
from infra.postgres.schema import migrate
from infra.wiring import clock, distributed
from tests.architecture.test_docs import ROOT
from tests.support.answering import asking
from tests.support.postgres import MASTER
from tests.support.stores import LAW

REGISTER = (ROOT / "docs/examples/register.csv").read_bytes()
BOOK = "Y09.21:13/2026"


def ended(client, place):
    """The page of a job when it no longer runs."""
    while 'data-running="yes"' in (page := client.get(place).text):
        pass
    return page


def test_a_register_is_rehearsed_and_taken_in(database):
    migrate(database.url)
    stores = Stores(lambda: distributed(database.url, LAW, clock(), MASTER), clock, most=2)
    with asking(stores, headers={"accept": "text/html"}) as client:
        handed = client.post("/nhap", files={"file": ("so.csv", REGISTER)})
        place = handed.headers["location"]
        rehearsed = ended(client, place)
        assert "31/02/2026" in rehearsed
        assert client.get(f"/ho-so/{BOOK}").status_code == 404

        assert client.post(f"{place}/nap").status_code == 303
        assert 'class="panel job imported"' in ended(client, place)

        judged = client.get(
            f"/dossiers/{BOOK}/explain", headers={"accept": "application/json"}
        ).json()
        assert judged["clocks"]["legal"]["class"] == "late"
        assert BOOK in client.get(f"/ho-so/{BOOK}").text
