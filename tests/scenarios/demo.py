"""Five published situations, end to end: what was reported, the files, the real import, the questions, what was found.

    python -m tests.scenarios.demo [--full] [--lang en]

Uses the public command line only, as an inspector would, in a fresh folder `.demo/`. Situations too large for a short
demo are generated at a stated scale; `--full` shows all at full size. Exit code 1 if a figure did not come out.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Sequence
from fractions import Fraction
from time import monotonic
from typing import Any
from unicodedata import normalize

from tests.scenarios import can_tho, ha_tinh, kien_giang
from tests.scenarios.asking import ROOT, Inspector
from tests.scenarios.files import Generated
from tests.scenarios.shown import SHOWS, Line, Show, Text

FOLDER = ROOT / ".demo"
_EVENTS_PER_DOSSIER = 5
_WIDTH = 100

_SAID = {
    "title": Text(
        "ĐÚNG HẸN: năm tình huống đã công bố, dựng lại từng hồ sơ, nạp và hỏi qua dòng lệnh",
        "ĐÚNG HẸN: five published situations, made up dossier by dossier, imported and asked by command line",
    ),
    "invented": Text(
        "Số liệu tổng là số đã công bố; người, hồ sơ và văn bản đều do máy dựng.",
        "The totals were published; people, dossiers and documents are invented.",
    ),
    "scale": Text("tỉ lệ {scale}", "scale {scale}"),
    "written": Text(
        "{events} sự kiện, {rows} dòng sổ; {dossiers} hồ sơ; {files} tệp",
        "{events} events, {rows} register rows; {dossiers} dossiers; {files} files",
    ),
    "taken": Text(
        "đã nạp trong {seconds} s, từ chối {refused}", "imported in {seconds} s, {refused} refused"
    ),
    "what": Text("Chỉ số", "Figure"),
    "reported": Text("đã công bố", "reported"),
    "expected": Text("ở tỉ lệ này", "at this scale"),
    "found": Text("tìm thấy", "found"),
    "pace": Text(
        "Cả nước nộp trực tuyến {dossiers} hồ sơ mỗi ngày làm việc: với tốc độ nạp ở đây mất khoảng {minutes} phút.",
        "The country sends in {dossiers} online dossiers a working day: at this import's pace about {minutes} minutes.",
    ),
    "all": Text(
        "Mọi con số đều khớp; – là con số không ai công bố, so với hồ sơ đã dựng ({seconds} s).",
        "Every figure came out; – is one that nobody published, held against the dossiers made up ({seconds} s).",
    ),
    "not_all": Text(
        "{count} con số KHÔNG khớp ({seconds} s).",
        "{count} figures did NOT come out ({seconds} s).",
    ),
    "next": Text("Thử tiếp ba lệnh:", "Three commands worth trying next:"),
    "both_ways": Text(
        "# cổng báo quá hạn ngày 10/3; bỏ --known-at để thấy sự thật",
        "# overdue as the portal had it on 10 March; without --known-at: the truth",
    ),
    "phu_quoc": Text(
        "# hồ sơ trễ không thư xin lỗi ở Phú Quốc", "# late without a letter in Phú Quốc"
    ),
    "pages": Text("# cùng năm tình huống, trên trang web", "# the same five, on pages"),
    "asked_twice": Text(
        "# yêu cầu bổ sung hai lần: lần hai không dừng đồng hồ",
        "# asked for papers twice: the second time does not stop the clock",
    ),
}


class Speaker:
    """Prints in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def text(self, text: Text) -> str:
        return text.vi if self.lang == "vi" else text.en

    def said(self, key: str, **values: object) -> str:
        shown = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return self.text(_SAID[key]).format(**shown)

    def number(self, value: int | str) -> str:
        """`171.750` and `61,45` in Vietnamese, `171,750` and `61.45` in English."""
        written = f"{value:,}" if isinstance(value, int) else value
        return written.translate(str.maketrans(",.", ".,")) if self.lang == "vi" else written

    def headline(self, show: Show, scale: Fraction) -> None:
        note = "" if scale == 1 else f" · {self.said('scale', scale=scale)}"
        print(
            f"\n── {show.printed['place']}, {' → '.join(show.printed['period'])}{note} ".ljust(
                _WIDTH, "─"
            )
        )
        print(show.printed[f"headline_{self.lang}"])

    def table(self, lines: Sequence[Line], *, scale: Fraction) -> None:
        heads = ["what", "reported", *([] if scale == 1 else ["expected"]), "found"]
        rows = [[self.said(head) for head in heads]]
        for line in lines:
            figures = [line.reported, *([] if scale == 1 else [line.expected]), line.found]
            rows.append([self.text(line.what), *map(self.number, figures)])
        widths = [max(len(normalize("NFC", row[n])) for row in rows) for n in range(len(heads))]
        marks = [" ", *("✓" if line.found == line.expected else "✗" for line in lines)]
        for mark, (first, *others) in zip(marks, rows, strict=True):
            cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
            print(f"  {mark} {normalize('NFC', first).ljust(widths[0])}   {'   '.join(cells)}")


def play(show: Show, scale: Fraction, speak: Speaker) -> tuple[dict[str, Any], int, float]:
    """One situation; what the generator knows, how many figures did not come out, events imported a second."""
    speak.headline(show, scale)
    folder = FOLDER / show.name
    sent = folder / "files"
    sent.mkdir(parents=True)
    generated: Generated = show.module.generate(sent, float(scale))
    size = {"events": generated.events, "rows": generated.rows, "dossiers": generated.dossiers}
    print("  " + speak.said("written", files=len(generated.files), **size), flush=True)
    inspector, started = Inspector(folder / "data", watched=True), monotonic()
    refused = sum(answer["refused"] for answer in inspector.take_in(generated))
    seconds = monotonic() - started
    print("  " + speak.said("taken", seconds=f"{seconds:.0f}", refused=refused), flush=True)
    inspector.watched = False
    lines = show.ask(inspector, show.printed, generated.truth, float(scale))
    speak.table(lines, scale=scale)
    wrong = sum(line.found != line.expected for line in lines) + refused
    return generated.truth, wrong, generated.events / seconds


def farewell(truths: dict[str, dict[str, Any]], speak: Speaker) -> None:
    """Three commands with dossiers that are really there."""
    shown = truths[ha_tinh.NAME]["examples"]["returned_in_time"]
    twice = truths[can_tho.NAME]["examples"]["asked_twice"]
    phu_quoc = truths[kien_giang.NAME]["codes"]["Thành phố Phú Quốc"]
    print(f"\n{speak.said('next')}\n")
    for key, name, question in (
        ("both_ways", ha_tinh.NAME, f"history {shown} --as-of 2019-03-10 --known-at 2019-03-10"),
        ("asked_twice", can_tho.NAME, f"explain {twice} --as-of 2024-05-31"),
        (
            "phu_quoc",
            kien_giang.NAME,
            f"violations --rule apology_missing --unit {phu_quoc} --as-of 2022-09-30",
        ),
    ):
        data = (FOLDER / name / "data").relative_to(ROOT)
        language = "" if speak.lang == "vi" else " --lang en"
        print(f"  {speak.said(key)}\n  .venv/bin/dunghen --data {data}{language} {question}\n")
    print(f"  {speak.said('pages')}\n  make serve-demo\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Play all five; 1 if a figure did not come out."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.demo", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all five at full size")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi")
    asked = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    speak, started = Speaker(asked.lang), monotonic()
    print(f"{speak.said('title')}\n{speak.said('invented')}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    truths: dict[str, dict[str, Any]] = {}
    wrong, pace = 0, 0.0
    for show in SHOWS:
        truths[show.name], missed, pace = play(
            show, Fraction(1) if asked.full else show.short, speak
        )
        wrong += missed
    _close(wrong, pace, monotonic() - started, speak)
    farewell(truths, speak)
    return 1 if wrong else 0


def _close(wrong: int, pace: float, seconds: float, speak: Speaker) -> None:
    national = next(show.printed["national"] for show in SHOWS if show.module is can_tho)
    dossiers = national["online_dossiers_per_working_day"]
    minutes = f"{dossiers * _EVENTS_PER_DOSSIER / pace / 60:.1f}"
    print("\n" + speak.said("pace", dossiers=dossiers, minutes=speak.number(minutes)))
    print(speak.said("not_all" if wrong else "all", count=wrong, seconds=f"{seconds:.0f}"))


if __name__ == "__main__":
    sys.exit(main())
