"""The light fold on quixstreams: a stateful stream with its changelog, an output topic.

    python benchmarks/peers/quix/light.py BOOTSTRAP TOPIC OUT EVENTS FOLDER

One line of JSON: events, and seconds of both kinds from the first record to the last one out.
"""

import json
import sys
import time
from pathlib import Path

from quixstreams import Application

sys.path.append(str(Path(__file__).parents[1]))
from fold import begun, moved


class Light:
    """`last` is told when so many events have come."""

    def __init__(self, events, last):
        self.seen, self.began = 0, (0.0, 0.0)
        self._events, self._last = events, last

    def judged(self, value, key, timestamp, headers, state):
        if not self.seen:
            self.began = (time.perf_counter(), time.process_time())
        self.seen += 1
        if self.seen == self._events:
            self._last()
        said = dict(headers)
        now = state.get("all") or begun()
        found = moved(now, said["ce_type"].decode(), said["ce_time"].decode(), value)
        state.set("all", now)
        return found


def main(bootstrap: str, topic: str, out: str, events: str, folder: str) -> None:
    app = Application(
        broker_address=bootstrap,
        consumer_group=out,
        auto_offset_reset="earliest",
        state_dir=folder,
        loglevel="ERROR",
    )
    stream = app.dataframe(app.topic(topic, key_deserializer="str", value_deserializer="bytes"))
    # The library's own count is of outputs, and those are fewer.
    light = Light(int(events), app.stop)
    stream = stream.apply(light.judged, stateful=True, metadata=True)
    stream = stream.filter(lambda found: found is not None)
    stream.to_topic(app.topic(out, key_serializer="str", value_serializer="json"))
    app.run()  # ends with a last commit
    took = [
        now - at
        for now, at in zip((time.perf_counter(), time.process_time()), light.began, strict=True)
    ]
    print(json.dumps({"events": light.seen, "seconds": took[0], "cpu_seconds": took[1]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
