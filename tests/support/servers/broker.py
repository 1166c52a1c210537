"""Apache Kafka as a process of ours, from packages: one node that is broker and controller.

Knows its settings and its storage tool. Must not know how the process is watched.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.servers import jars
from tests.support.servers.folders import data_folder, remembered
from tests.support.servers.ports import LOCALHOST, free_port
from tests.support.servers.process import Program, Supervised, tail
from tests.support.servers.values import Died, KafkaServer, Mode

CLUSTER = "ZHVuZ2hlbi10ZXN0cy0wMA"  # any 16 bytes in URL-safe base64
READY = "Kafka Server started"
# Warnings and errors, for whoever must be told why it died, and the one line that says it serves.
LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)
# A third less work until it is ready; a broker that must be fast for long (a benchmark) takes none of them.
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def _settings(folder: Path, port: int, controller: int) -> dict[str, str]:
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "listeners": f"PLAINTEXT://{LOCALHOST}:{port},CONTROLLER://{LOCALHOST}:{controller}",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.bootstrap.servers": f"{LOCALHOST}:{controller}",
        "log.dirs": str(folder / "data"),
        # One node cannot hold two copies; one partition each, because fifty take a second to make.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
    }


class _Broker:
    """`Control` over it; Kafka knows one way to end in good order."""

    def __init__(self, process: Supervised) -> None:
        self._process = process
        self.start = process.start
        self.kill = process.kill

    def stop(self, mode: Mode = "fast", /) -> None:
        self._process.end(signal.SIGTERM)


@contextmanager
def broker(
    *,
    settings: Mapping[str, str] | None = None,
    heap: str = "512m",
    java_options: Sequence[str] = QUICK_START,
    format_options: Sequence[str] = (),
    data: Path | None = None,
) -> Iterator[KafkaServer]:
    """`settings` go over ours; the first of `listeners` is the bootstrap address. `data` is kept.

    `format_options` are the storage tool's: `--add-scram`.
    """
    class_path, java = jars.kafka_jars(os.environ), jars.java()
    folder = data_folder("kafka", data)
    try:
        ports = remembered(folder, lambda: {"port": free_port(), "controller": free_port()})
        chosen = _settings(folder, **ports) | dict(settings or {})
        run = [java, f"-Xmx{heap}", *LOGGING, "-cp", f"{class_path}/*"]
        _format([*run, *QUICK_START], folder, chosen, format_options)
    except BaseException:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    program = Program(
        name="Kafka",
        command=[*run, *java_options, "kafka.Kafka", "settings"],
        folder=folder,
        ready=READY,
        last=signal.SIGTERM if data else signal.SIGKILL,
        environment=_environment(),
        temporary=data is None,
    )
    with Supervised(program) as process:
        process.start()
        first = chosen["listeners"].partition(",")[0]
        yield KafkaServer(bootstrap=first.rpartition("/")[2], control=_Broker(process))


def _environment() -> dict[str, str]:
    """The caller's settings of Java must not reach the broker."""
    ours = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH")
    return {name: value for name, value in os.environ.items() if name not in ours}


def _format(
    run: Sequence[str], folder: Path, chosen: Mapping[str, str], options: Sequence[str]
) -> None:
    lines = "".join(f"{key}={value}\n" for key, value in chosen.items())
    (folder / "settings").write_text(lines, encoding="utf-8")
    if (folder / "data" / "meta.properties").exists():
        return
    tool = ["kafka.tools.StorageTool", "format", "--standalone", "-t", CLUSTER, "-c", "settings"]
    done = subprocess.run(
        [*run, *tool, *options],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Died(f"Kafka's storage tool refused:\n{tail(done.stdout + done.stderr)}")
