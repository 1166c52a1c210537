"""The light fold as a naive script: kafka-python as it is, states and judgements in SQLite, a transaction a poll.

    python benchmarks/peers/naive.py BOOTSTRAP TOPIC EVENTS FILE

One line of JSON: events, and seconds of both kinds from the first records on.
"""

import json
import sqlite3
import sys
import time

from fold import begun, moved
from kafka import KafkaConsumer

_STATE = (
    "INSERT INTO states VALUES (?, ?) ON CONFLICT (dossier) DO UPDATE SET state = excluded.state"
)


def main(bootstrap: str, topic: str, events: str, file: str) -> None:
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode = WAL")
    for table in (
        "states (dossier TEXT PRIMARY KEY, state)",
        "judgements (dossier TEXT PRIMARY KEY, said)",
    ):
        database.execute(f"CREATE TABLE {table}")
    consumer = KafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=file, auto_offset_reset="earliest"
    )
    seen, began = 0, (0.0, 0.0)
    while seen < int(events):
        polled = consumer.poll(timeout_ms=500, max_records=5_000)
        if polled and not seen:
            began = (time.perf_counter(), time.process_time())
        for records in polled.values():
            for record in records:
                _one(database, record)
            seen += len(records)
        database.commit()
    consumer.close()
    took, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    print(json.dumps({"events": seen, "seconds": took, "cpu_seconds": cpu}))


def _one(database, record) -> None:
    key, said = record.key.decode(), dict(record.headers)
    row = database.execute("SELECT state FROM states WHERE dossier = ?", (key,)).fetchone()
    state = json.loads(row[0]) if row else begun()
    judged = moved(state, said["ce_type"].decode(), said["ce_time"].decode(), record.value)
    database.execute(_STATE, (key, json.dumps(state)))
    if judged is not None:
        database.execute(
            "INSERT OR REPLACE INTO judgements VALUES (?, ?)", (key, json.dumps(judged))
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
