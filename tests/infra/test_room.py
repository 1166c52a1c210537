"""A rebuild and a verify ask for room before they write anything."""

import pytest

from infra.errors import CannotRun
from infra.postgres.generations import SchemaGenerations
from infra.rebuilding.rebuild import rebuild
from infra.rebuilding.room import GIGABYTE, ensure_room
from infra.rebuilding.verifying import verify
from infra.sqlite.generations import FileGenerations
from tests.support.postgres import asked, opened_in
from tests.support.stores import World, opened, put, quiet


class Disk:
    """Generations by size, on a disk with so much left."""

    place = "there"

    def __init__(self, sizes, free):
        self.sizes, self.left = sizes, free

    def present(self):
        return 1

    def size(self, number):
        return self.sizes.get(number, 0)

    def free(self):
        return self.left


def test_what_an_earlier_run_made_is_not_needed_again():
    disk = Disk({1: 8 * GIGABYTE}, free=5 * GIGABYTE)
    ensure_room(disk, None, command="rebuild", made=6 * GIGABYTE)
    with pytest.raises(CannotRun) as refused:
        ensure_room(disk, None, command="rebuild")
    assert refused.value.code == "no_room"
    assert "10.0 GB" in refused.value.message
    assert "5.0 GB" in refused.value.message


def test_where_the_room_cannot_be_seen_a_large_rebuild_asks_for_it():
    large, small = Disk({1: 8 * GIGABYTE}, free=None), Disk({1: GIGABYTE // 2}, free=None)
    ensure_room(small, None, command="rebuild")
    ensure_room(large, 10 * GIGABYTE, command="rebuild")
    with pytest.raises(CannotRun) as refused:
        ensure_room(large, None, command="verify")
    assert refused.value.code == "room_unknown"
    assert "dunghen verify --room 10" in refused.value.message
    with pytest.raises(CannotRun) as refused:
        ensure_room(large, 9 * GIGABYTE, command="rebuild")
    assert refused.value.code == "no_room"


@pytest.fixture
def cramped(tmp_path, monkeypatch):
    """A store on a disk that has no room for another generation."""
    with opened(tmp_path) as store:
        put(store, World(1).arrivals)
        store.catch_up()
        monkeypatch.setattr(FileGenerations, "free", lambda self: 1_000)
        yield store


def test_nothing_is_begun_without_room(cramped):
    with pytest.raises(CannotRun) as refused:
        rebuild(cramped, drop_old=False, progress=quiet)
    assert refused.value.code == "no_room"
    assert cramped.generations.others() == []


def test_verify_makes_no_copy_without_room(cramped, tmp_path):
    with pytest.raises(CannotRun) as refused:
        verify(cramped, progress=quiet)
    assert refused.value.code == "no_room"
    assert list(tmp_path.glob("verify-*")) == []
    assert verify(cramped, progress=quiet, room=GIGABYTE)["differences"] == []


def test_verify_in_a_database_takes_the_room_that_is_told(database):
    with opened_in(database.url) as store, asked(database.url) as connection:
        with pytest.raises(CannotRun) as refused:
            verify(store, progress=quiet, room=0)
        assert refused.value.code == "no_room"
        copies = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname::text, 'verify_')"
        assert connection.execute(copies).fetchall() == []
        assert verify(store, progress=quiet, room=GIGABYTE)["differences"] == []


def test_a_folder_knows_its_sizes_and_its_disk(tmp_path):
    with opened(tmp_path) as store:
        assert store.generations.size(1) > 10_000
        assert store.generations.size(2) == 0
        assert (store.generations.free() or 0) > 0


def test_a_database_knows_its_sizes_and_the_disk_of_a_server_that_is_here(database):
    with opened_in(database.url) as store:
        assert store.generations.size(1) > 100_000
        assert store.generations.size(2) == 0
        free = store.generations.free()
        assert free is None or free > 0  # a server in a container has a disk of its own
        with pytest.raises(CannotRun) as refused:
            rebuild(store, drop_old=False, progress=quiet, room=0)
        assert refused.value.code == "no_room"
        assert store.generations.others() == []


def test_who_may_not_know_the_data_directory_sees_no_disk(database):
    with opened_in(database.url) as store, asked(database.url) as connection:
        name = f"u_{database.name}"
        connection.execute(f"CREATE USER {name} PASSWORD 'p' IN ROLE dunghen_projector")
        other = SchemaGenerations(database.server.url(name, "p", database.name))
        try:
            assert other.free() is None
            assert other.size(1) == store.generations.size(1)
        finally:
            connection.execute(f"DROP OWNED BY {name} CASCADE")
            connection.execute(f"DROP ROLE {name}")
