"""What is asked again and again is prepared; a view that hides another is read all the same."""

from projections import Table
from tests.support.postgres import opened_in

OFTEN = 12


def test_a_temporary_view_hides_the_stored_one_from_a_statement_that_was_prepared(database):
    sql = "SELECT count(*) FROM asked_dossiers WHERE unit_key = ?"
    with opened_in(database.url) as store:
        db = store.views.database
        with db.aside():  # where none stays PostgreSQL itself looks for names again
            db.temporary(Table("stays", ("dossier",), 1), ())
        for _ in range(OFTEN):
            with db.transaction(write=False):
                assert db.rows(sql, ("x",)) == [(0,)]
        with db.transaction(write=False):
            db.temporary_view("asked_dossiers", "SELECT 'x' AS unit_key")
            assert db.rows(sql, ("x",)) == [(1,)]
        with db.transaction(write=False):
            assert db.rows(sql, ("x",)) == [(0,)]
