"""`python -m tests.chaos --seed N --faults K --events M`: a run by hand; says what was injected and what was found wrong.

Exit code 0: all held. 1: something did not; the processes' logs are then in the folder that is named.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--pace", type=float, default=1.0, help="seconds between two faults")
    said = parser.parse_args()
    began = time.monotonic()

    def tell(line: str) -> None:
        print(f"{time.monotonic() - began:7.1f} {line}", flush=True)

    report = run(said.seed, said.faults, said.events, tell, pace=said.pace)
    print(
        f"seed {report.seed}: {report.faults.total()} faults, {said.events} events, {report.seconds:.0f} s"
    )
    for name, times in report.faults.most_common():
        print(f"{times:6} {name}")
    for code, times in sorted(report.rebuilds.items()):
        print(f"{times:6} rebuilds ended with {code}")
    for each in report.differing:
        print(f"  {each}")
    for name, why in report.missing.items():
        print(f"  none {name}: cannot be injected here, {why}")
    if report.wrong:
        folder = Path(tempfile.mkdtemp(prefix=f"dunghen-chaos-{said.seed}-"))
        for name, log in report.logs.items():
            (folder / f"{name}.log").write_text(log, "utf-8")
        print(f"NOT AS IT MUST BE; logs in {folder}", *report.wrong, sep="\n  ")
        return 1
    print("all as it must be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
