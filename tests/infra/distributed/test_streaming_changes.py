"""Two servers over one PostgreSQL database: counts and judgements are gone on with at the other one, none lost and none twice.

What lies between two looks is told as one, so two servers may stop at different numbers on the way; a number means the same at both.
"""

from contextlib import ExitStack, closing
from datetime import timedelta
from typing import NamedTuple

import pytest

from infra.credentials import issue_token
from infra.postgres.schema import migrate
from infra.rows.countmarks import last_counted
from tests.infra.distributed.test_streaming import CODE, Servers, told
from tests.support.streams import dossier, pictured


@pytest.fixture
def servers(database):
    migrate(database.url)
    with ExitStack() as stack:
        yield Servers(database.url, stack)


def behind(number):
    return {"last-event-id": number}


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def last(servers):
    with closing(servers.opened()) as store:
        return last_counted(store.views.database)


def rows(client):
    return {row["unit"]: row for row in client.get("/reports/units").json()["units"]}


def heard(stream, until):
    """The ids up to one, and the rows by what was told until then."""
    ids, by_unit = [], {}
    for number, name, data in stream:
        assert name == "units"
        ids.append(int(number))
        by_unit.update({row["unit"]: row for row in data["units"]})
        if ids[-1] >= until:
            return ids, by_unit
    raise AssertionError(ids)


def test_counts_are_gone_on_with_at_the_other_server(servers):
    one, two = servers.one, servers.two
    servers.send(one, [*dossier(1), *dossier(1, unit="Y09.22")])
    with told(one, "units?snapshot=true") as stream:
        picture, number = pictured(stream)
        known = {row["unit"]: row for row in picture[0][2]["units"]}
        assert known == rows(two)
        servers.send(two, dossier(2))
        ids, changed = heard(stream, last(servers))
    assert set(changed) == {"Y09.21"}
    known |= changed

    for there, here, unit in ((one, two, "Y09.22"), (two, one, "Y09.23")):
        servers.send(there, dossier(3, unit=unit))
        with told(here, "units", **behind(str(ids[-1]))) as stream:
            further, changed = heard(stream, last(servers))
        assert set(changed) == {unit}
        ids += further
        known |= changed

    assert ids == sorted({number, *ids} - {number})
    assert known == rows(one) == rows(two)
    for client in (one, two):
        with told(client, "units?snapshot=true") as stream:
            picture, number = pictured(stream)
        assert number == ids[-1]
        assert {row["unit"]: row for row in picture[0][2]["units"]} == known


# ── dossiers ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Judged(NamedTuple):
    """A judgement that was told; what it says grows by the minute."""

    id: str
    version: int


def judgement(stream):
    number, name, data = next(stream)
    assert name == "judgement"
    return Judged(number, data["version"])


def test_judgements_are_gone_on_with_at_the_other_server(servers):
    one, two = servers.one, servers.two
    *others, a, b, c = dossier(1)
    version, path = len(others), f"dossiers/{CODE}"
    servers.send(one, others)
    with told(one, f"{path}?snapshot=true") as here, told(two, f"{path}?snapshot=true") as there:
        first = judgement(here)
        assert judgement(there) == first
        servers.send(two, [a])
        second = judgement(here)
        assert judgement(there) == second

    servers.send(one, [b])
    with told(two, path, **behind(first.id)) as stream:  # of what was missed only the newest
        third = judgement(stream)
    with told(one, path, **behind(second.id)) as stream:
        assert judgement(stream) == third
    with told(one, path, **behind(third.id)) as stream:
        servers.send(two, [c])
        fourth = judgement(stream)

    versions = [each.version for each in (first, second, third, fourth)]
    assert versions == list(range(version, version + 4))


# ── scopes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_what_ones_scope_shows_is_told(servers):
    servers.send(servers.one, [*dossier(1), *dossier(1, unit="Y09.22")])
    with closing(servers.opened()) as store:
        token = issue_token(
            store, by="test", lasting=timedelta(days=1), role="head", unit="Y09.22"
        ).text
    head = {"authorization": f"Bearer {token}"}
    assert servers.two.get(f"/streams/dossiers/{CODE}", headers=head).status_code == 404
    with told(servers.one, "units?snapshot=true", **head) as stream:
        picture, number = pictured(stream)
        assert [row["unit"] for row in picture[0][2]["units"]] == ["Y09.22"]
    servers.send(servers.one, dossier(2))
    servers.send(servers.one, dossier(2, unit="Y09.22"))
    with told(servers.two, "units", **head, **behind(str(number))) as stream:
        _, changed = heard(stream, last(servers))
    assert set(changed) == {"Y09.22"}
