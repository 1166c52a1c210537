"""Every refusal that reading a file can raise, provoked: its Vietnamese holds no English, and says where and what to do."""

import ast
import gzip
import io
import json
import re
import sys
import zipfile
from pathlib import Path
from traceback import walk_stack

import pytest

from domain.errors import Refused
from infra.importers import LINE_LIMIT, File, Input, _xlsx, expand, reading
from infra.importers._cells import text_of
from infra.importers._columns import NAMES
from infra.importers._drafts import Problems
from infra.language import Language
from infra.language._retold import retold
from infra.language._words_incoming import INCOMING
from infra.language._words_records import RECORDS
from infra.language._words_refusals import REFUSALS
from tests.infra.importers.conftest import HEADER, NOW
from tests.infra.importers.test_event_files import event
from tests.infra.importers.test_register_files import NAMES as COLUMNS
from tests.infra.importers.test_register_files import serial, workbook
from tests.infra.importers.test_systems import DOSSIER, IGATE

ROOT = Path(__file__).parents[3]
READERS = sorted((ROOT / "infra/importers").glob("*.py"))
MODULES = [
    *READERS,
    *(ROOT / f"domain/{name}.py" for name in ("events", "facts", "keepable", "values")),
]
RAISING = {"Refused", "_complain", "add", "_unsupported", "no_header"}
MORE = "Mã TTHC;Kênh;Số thư xin lỗi;Ngày thư xin lỗi;Ngày có kết quả;Trạng thái"


def packed(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(day, instead):
    """A workbook in whose third cell something else stands."""
    file, made = zipfile.ZipFile(io.BytesIO(packed(workbook(["1", "A", day, None])))), io.BytesIO()
    with zipfile.ZipFile(made, "w") as written:
        for name in file.namelist():
            written.writestr(name, file.read(name).replace(b"<v>43526</v>", instead))
    return made.getvalue()


def archive(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def rows(*cells, columns=""):
    return "\n".join([HEADER + columns, *cells])


def of(type_, **data):
    return event(1, type=f"vn.dunghen.{type_}.v1", data=data)


def sync(**changes):
    return json.dumps({"data": [DOSSIER | changes]})


def igate(**changes):
    return json.dumps([IGATE | changes])


COVERAGE = {"unit": "H40", "period": "2021-01/2021-04", "count": 1}
ACCEPTED = {"competent_unit": "H40.17"}
FULL = LINE_LIMIT - len(event(1, data=ACCEPTED | {"receipt_number": ""}))
"""What fills a line, whose event is larger still: it is given a time of recording."""

FILES = {
    "text.csv": [
        rows().encode("utf-16"),
        "a;b",
        HEADER.replace(";", "|"),
        f"{HEADER};Số hồ sơ;Ngày nhận\nx",
        rows("1;A;25/03/2019;").encode() + b"\nH\xe0;A;25/03/2019;",
        rows("1;A;\0;"),
        rows('1;"A;25/03/2019;'),
        rows(f'1;"{"A" * 140_000}";25/03/2019;'),
        rows("x" * (LINE_LIMIT + 1)),
        rows("12/2019"),
        rows("1;A;25/03/2019;;;;x"),
        rows("12/2019;A;;"),
        rows(";A;25/03/2019;"),
        rows("1;A;31/02/2019;"),
        rows("1;A;hôm qua;"),
        rows("1;A;46083;"),
        rows("1;A;1/2/19;"),
        rows("1;A;01/02/1900;"),
        rows("1;=A1;25/03/2019;"),
        rows("1;#REF!;25/03/2019;"),
        rows(f"1;{'A' * 160};25/03/2019;"),
        rows("1;A;25/03/2019;;;;8;;;", columns=f";{MORE}"),
        rows("1;A;25/03/2019;;;Qua Zalo;;;;", columns=f";{MORE}"),
        rows("1;A;25/03/2019;;;;;;;Rút hồ sơ", columns=f";{MORE}"),
        rows("1;A;25/03/2019;;;;;;;Không tiếp nhận", columns=f";{MORE}"),
        rows("1;A;x;y;;Qua Zalo;8;;;Rút", columns=f";{MORE}"),
    ],
    "events.jsonl": [
        event(1).decode().encode("utf-16"),
        b"{",
        b"x" * (LINE_LIMIT + 1),
        event(1).replace(b"igate", b"\xe0gate"),
        event(1, type="vn.dunghen.dossier.eaten.v1"),
        event(1).replace(b'"type"', b'"typ"'),
        event(1, time="2019-03-25T08:00:00"),
        event(1, time="2019-02-31T08:00:00+07:00"),
        event(1, time="1900-03-25T08:00:00+07:00"),
        event(1, time="1552000000"),
        event(1, subject=" "),
        event(1, data={"competent_unit": "\u200b"}),
        event(1, source=""),
        event(1, data={}),
        event(1, data=ACCEPTED | {"más": 1}),
        event(1, data=ACCEPTED | {"due_at": "1900-01-01"}),
        event(1, data=ACCEPTED | {"due_at": "2019-03-29T08:00:00"}),
        event(1, data=ACCEPTED | {"channel": "zalo"}),
        event(1, data=ACCEPTED | {"copies": "hai"}),
        event(1, data=ACCEPTED | {"limit": {"amount": -1, "unit": "working_days"}}),
        event(1, data={"competent_unit": "H" * 700}),
        event(1, data=ACCEPTED | {"receipt_number": "a\0b"}),
        event(1, data=ACCEPTED | {"receipt_number": "a" * FULL}),
        event(1, data=ACCEPTED | {"limit": "ba ngày"}),
        of("dossier.portal_state_observed", portal="national", status=11),
        of("unit.intake_declared", **COVERAGE | {"period": "2021"}),
        of("unit.intake_declared", **COVERAGE | {"period": "2021-04/2021-01"}),
        of("unit.intake_declared", **COVERAGE | {"count": -1}),
        event(1, type="vn.dunghen.dossier.corrected.v1").replace(
            b'{"competent_unit": "H40.17", "due_at": "2019-03-29"}',
            b'{"target": "e", "kind": "amend", "reason": "x", "authorised_by": "y", "replacement": {"a": 1e999}}',
        ),
        of("access.administered", act="imported", by="x"),
        gzip.compress(b"\n".join(event(n) for n in range(9)))[:-20],
        gzip.compress(event(1) + b"\n") + b"not packed at all, and long enough",
    ],
    "portal.json": [
        "{",
        "[]",
        '{"DongBoHoSoMC": 1, "data": []}',
        '[{"MaHoSo": "1"',
        '[{"MaHoSo": 1,}]',
        sync(MaHoSo=""),
        sync(DonViXuLy=""),
        sync(TrangThaiHoSo="11"),
        sync(NgayTiepNhan="2019-03"),
        sync(NgayNopHoSo="", NgayTiepNhan="", NgayHenTra=""),
        sync(NgayTiepNhan="19000101080000", NgayNopHoSo=""),
        igate(code=""),
        igate(agency={}),
        igate(acceptedDate="hôm qua"),
        igate(acceptedDate="", appointmentDate=""),
        igate(acceptedDate="2019-03-25T08:15:00"),
    ],
    "book.xlsx": [
        b"x",
        "<html>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
        b"PK\x03\x04 nothing",
        archive(content="x"),
        packed(workbook(["1"], names=["x"])),
        packed(workbook(["1"], names=[*COLUMNS, "Số hồ sơ"])),
        packed(workbook([serial("2019-12-01"), "A", "25/03/2019", None])),
        packed(workbook(["1", "A", "=TODAY()", None])),
        changed(serial("2019-03-02"), b"<f>TODAY()</f><v>43526</v>"),
        changed(serial("2019-03-02"), b'<f t="shared" si="1"/><v>43526</v>'),
        packed(workbook(["1", "", "x", ""])),
        changed(43526, b"<v>NaN</v>"),
        packed(workbook(["1"], names=[*COLUMNS, *[None] * 1_500, "x"])),
        archive(**{"xl__workbook.xml": "x", "xl__styles.xml": b"\0" * (17 << 20)}),
    ],
    "wrong.sync": [packed(workbook(["1"]))],
    "unknown.dat": ["{}"],
}
SAID_BY_FORM = {"wrong.sync": "sync"}


@pytest.fixture
def made(monkeypatch):
    """Where refusals and problems are made: (file, line) of every frame of ours on the way."""
    places = set()

    def watched(of, name):
        before = getattr(of, name)

        def noting(self, *arguments, **options):
            for frame, line in walk_stack(sys._getframe(1)):
                places.add((frame.f_code.co_filename, line))
            return before(self, *arguments, **options)

        monkeypatch.setattr(of, name, noting)

    watched(Refused, "__init__")
    watched(Problems, "add")
    return places


def refusals(folder, monkeypatch):
    """What every one of the files above is refused with, and what cannot be read at all."""
    for name, contents in FILES.items():
        for content in contents:
            path = folder / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            yield from lines(Input(path=str(path)), SAID_BY_FORM.get(name, "auto"))
    for path in ("nowhere.csv", "nowhere*.csv", "a\0b", str(folder / "empty")):
        (folder / "empty").mkdir(exist_ok=True)
        yield from (given.refusal for given in expand([path]))
    yield from lines(Input(path=str(folder)))
    yield from lines(Input(path="-"))
    with pytest.raises(Refused) as refused:
        text_of("a\0b")  # no workbook can hold it, and of a text file the line is refused before
    yield refused.value
    good = packed(workbook(["1", "A", "25/03/2019", None]))
    (folder / "good.xlsx.gz").write_bytes(gzip.compress(good))
    with monkeypatch.context() as patch:
        patch.setattr(reading, "_MOST_SPOOLED", 10)
        yield from lines(Input(path=str(folder / "good.xlsx.gz")))
    with monkeypatch.context() as patch:
        patch.setattr(_xlsx, "_MOST_ROWS", 1)
        yield from lines(Input(path=str(folder / "good.xlsx.gz")))


def lines(given, form="auto"):
    found = [
        line.refusal for line in File(given, expected=form).lines(source=None, recorded_at=NOW)
    ]
    assert any(found), given
    return filter(None, found)


def raising():
    """(file, first line, last line) of every place in the readers, and below them, that refuses."""
    for path in MODULES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in RAISING and not (name == "add" and len(call.args) < 2):  # of a set
                yield str(path), call.lineno, call.end_lineno


def words(text):
    """The words of a sentence that have no mark of Vietnamese, without what it quotes."""
    said = re.sub(r"(?<!\w)'(?:[^'\\]|\\.)*'|\"[^\"]*\"|`[^`]*`", " ", text)
    return set(re.findall(r"(?<![\w.\-/:])[A-Za-z]?[a-z]{2,}(?![\w.\-/]*\w)", said))


VIETNAMESE = set().union(
    *(words(vietnamese) for _, vietnamese in (*INCOMING, *RECORDS, *REFUSALS)),
    *(words(name) for names in NAMES.values() for name in names),
    {"agency", "gzip", "recordedtime", "source", "subject", "time", "zstd"},
)


def english_in(refusal):
    told = retold(refusal.message)
    return {"nothing"} if told is None else (words(told) & words(refusal.message)) - VIETNAMESE


def test_every_refusal_of_a_file_is_told_in_vietnamese(tmp_path, monkeypatch, made):
    found = list(refusals(tmp_path, monkeypatch))
    untold = {each.message: left for each in found if (left := english_in(each))}
    assert untold == {}

    never = {
        f"{Path(path).relative_to(ROOT)}:{first}"
        for path, first, last in raising()
        if not any(at == path and first <= line <= last for at, line in made)
    }
    assert never == set(), "add a file to FILES that is refused there"


def test_english_that_is_left_is_found():
    assert english_in(Refused("x", "quite new"))
    assert not english_in(Refused("x", "Kênh: is 'Qua Zalo': write Trực tiếp, Trực tuyến or BCCI"))


def test_a_workbook_and_a_csv_file_say_the_same_of_the_same_rows(tmp_path):
    cells = [
        ["1", "", "25/03/2019", ""],
        ["2", "A", "x", "1/2/19"],
        ["3", "A", "25/03/2019", "", "Qua Zalo"],
    ]
    say, header = Language("vi"), [*COLUMNS, "Kênh"]
    (tmp_path / "so.csv").write_text("\n".join(";".join(row) for row in [header, *cells]))
    (tmp_path / "so.xlsx").write_bytes(packed(workbook(*cells, names=header)))

    def told(name):
        return [
            say.refusal(one.code, one.message) for one in lines(Input(path=str(tmp_path / name)))
        ]

    assert told("so.xlsx") == told("so.csv")
    assert told("so.xlsx")[0].startswith("Đơn vị giải quyết để trống; ")
