"""A reader of the feed who follows it by the last number that he has seen, and writes down what he saw.

Knows the feed's table, and that a rebuild puts another in its place, which goes on where the former ended. One line a row: number,
dossier, rule, change; a number that comes twice or out of order is his to show.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

PRESENT = "SELECT number FROM views.present"
SQL = "SELECT id, dossier, rule, change FROM views_{}.feed WHERE id > %s ORDER BY id LIMIT 100"


def main(words: Sequence[str]) -> None:
    url, path, last = words[0], Path(words[1]), 0
    while True:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                while True:
                    present = connection.execute(PRESENT).fetchall()[0][0]
                    rows = connection.execute(SQL.format(present), (last,)).fetchall()
                    with path.open("a", encoding="utf-8") as file:
                        file.writelines("\t".join(map(str, row)) + "\n" for row in rows)
                    last = rows[-1][0] if rows else last
                    time.sleep(0.02)
        except psycopg.Error:
            time.sleep(0.2)
