"""No English in the Vietnamese output: every sentence that the product refuses with is known in Vietnamese."""

import ast
import random
import re
from datetime import datetime
from importlib import import_module
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest

from domain.errors import Refused
from domain.events import KINDS, read
from domain.values import VN
from infra.language import Language
from infra.language._retold import retold
from infra.language._words_incoming import INCOMING
from infra.language._words_records import RECORDS
from infra.language._words_refusals import REFUSALS

ROOT = Path(__file__).parents[3]
TAKES = {"Refused": 1, "Unknown": 0, "Broken": 1, "add": 1, "_complain": 2, "_unsupported": 0}
"""What is called -> which argument is the sentence."""
HEARD = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


def text(node, module):
    """The sentence that an expression makes, with a value in each blank; None if it is another's."""
    match node:
        case ast.Constant(value=str() as said):
            return said
        case ast.JoinedStr(values=parts):
            return "".join(filled(part, module) for part in parts)
        case ast.Name(id=name):
            return getattr(module, name, None)
        case _:
            return None


def filled(part, module):
    if isinstance(part, ast.Constant):
        return part.value
    known = text(part.value, module)
    if part.conversion == ord("r"):
        return "'x'"
    return (
        known
        if isinstance(known, str)
        else {"hint": "", "what": "no", "where": "no line"}.get(getattr(part.value, "id", ""), "7")
    )


def modules():
    for path in chain((ROOT / "domain").rglob("*.py"), (ROOT / "infra").rglob("*.py")):
        if path.name == "__main__.py":
            continue
        tree = ast.parse(path.read_text())
        yield import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)), tree


def sentences():
    """Every literal sentence of a refusal, of something broken and of a problem that a reader notes."""
    for module, tree in modules():
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            at = TAKES.get(name)
            if at is not None and len(call.args) > at:
                said = text(call.args[at], module)
                if name == "_unsupported":
                    said = f"this is {said}: {text(ast.Name(id='_AS_XLSX'), import_module('infra.importers._xlsx'))}"
                if said and HEARD.search(said) and not said.startswith(("this is no:", "7: ")):
                    yield f"{module.__name__}:{call.lineno}", said
        if module.__name__ == "infra.verifylog":
            yield from told_by_yield(module, tree)


def told_by_yield(module, tree):
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.Yield)):
        if isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
            said = text(node.value.elts[1], module)
            if said:
                yield f"{module.__name__}:{node.lineno}", said
    for made in (n for n in ast.walk(tree) if isinstance(n, ast.Assign)):
        if getattr(made.targets[0], "id", "") == "message":
            yield f"{module.__name__}:{made.lineno}", text(made.value, module)


def test_every_refusal_of_the_product_is_known_in_vietnamese():
    found = dict(sentences())
    assert len(found) > 60
    assert {where: said for where, said in found.items() if retold(said) is None} == {}


@pytest.mark.parametrize(("english", "vietnamese"), [*INCOMING, *RECORDS, *REFUSALS])
def test_a_template_says_nothing_that_the_english_does_not(english, vietnamese):
    blanks = [
        {name for _, name, _, _ in Formatter().parse(t) if name} for t in (english, vietnamese)
    ]
    assert blanks[1] <= blanks[0]


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        (
            "Ngày tiếp nhận: '30/02/2019' does not exist: write a real date as dd/MM/yyyy, hours 00:00 to 23:59",
            "Ngày tiếp nhận '30/02/2019' không có thật; ghi ngày/tháng/năm, giờ từ 00:00 đến 23:59",
        ),
        (
            (
                "Ngày tiếp nhận: '46083' is no date: write dd/MM/yyyy or dd/MM/yyyy HH:mm; Ngày hẹn trả: '4; 6' is no date:"
                " write dd/MM/yyyy or dd/MM/yyyy HH:mm"
            ),
            (
                "Ngày tiếp nhận '46083' không phải là ngày; ghi ngày/tháng/năm, có thể thêm giờ:phút; "
                "Ngày hẹn trả '4; 6' không phải là ngày; ghi ngày/tháng/năm, có thể thêm giờ:phút"
            ),
        ),
        (
            (
                "Ngày tiếp nhận: the year of 01/01/1900 is outside 1976-2198: check it; "
                "Ngày hẹn trả: the year of 02/01/1900 is outside 1976-2198: check it"
            ),
            (
                "Ngày tiếp nhận 01/01/1900 có năm ngoài khoảng 1976-2198; xem lại năm; "
                "Ngày hẹn trả 02/01/1900 có năm ngoài khoảng 1976-2198; xem lại năm"
            ),
        ),
        (
            (
                "Ngày nộp: '46083' is a spreadsheet's number of a day: format the column as dates dd/MM/yyyy, then save it again; "
                "Ngày hẹn trả: '46087' is a spreadsheet's number of a day: format the column as dates dd/MM/yyyy, then save it again"
            ),
            (
                "Ngày nộp '46083' là số mà bảng tính dùng thay cho ngày; định dạng cột là ngày (ngày/tháng/năm) rồi lưu lại tệp; "
                "Ngày hẹn trả '46087' là số mà bảng tính dùng thay cho ngày; định dạng cột là ngày (ngày/tháng/năm) rồi lưu lại tệp"
            ),
        ),
        (
            "Mã TTHC: has 900 characters: 100 at most; Tên TTHC: has 901 characters: 300 at most",
            "Mã TTHC có 900 ký tự; nhiều nhất 100; Tên TTHC có 901 ký tự; nhiều nhất 300",
        ),
        (
            "Kênh: is 'Chim bồ câu': write Trực tiếp, Trực tuyến or BCCI",
            "Kênh 'Chim bồ câu' không hiểu; ghi Trực tiếp, Trực tuyến hoặc BCCI",
        ),
        (
            (
                "the row ends before the required columns: is it cut off?; Mã hồ sơ: is empty: every row needs it"
                " (cells that were merged count as empty)"
            ),
            "Dòng bị cắt, thiếu cột bắt buộc; Mã hồ sơ để trống; dòng nào cũng phải có (ô đã gộp bị coi là trống)",
        ),
        (
            "time has no offset (given: '2019-01-01T08:00:00'): write e.g. 2025-03-20T08:00:00+07:00",
            "time không có múi giờ (đã ghi: '2019-01-01T08:00:00'); ghi chẳng hạn 2025-03-20T08:00:00+07:00",
        ),
        (
            "time has no offset (given: 'x'): write e.g. 2025; recordedtime has no offset (given: 'x'): write e.g. 2025",
            "time không có múi giờ (đã ghi: 'x'); ghi chẳng hạn 2025; recordedtime không có múi giờ (đã ghi: 'x'); ghi chẳng hạn 2025",
        ),
        (
            "accepted: data.due_at: Input should be a valid date, month value is outside (given: '2019-13-01')",
            "Tiếp nhận, giấy hẹn: data.due_at: không đúng dạng, hoặc không có thật (đã ghi: '2019-13-01')",
        ),
        (
            "data.channel: Input should be 'online', 'direct' or 'postal' (given: 'x; y')",
            "data.channel: phải là 'online', 'direct' hoặc 'postal' (đã ghi: 'x; y')",
        ),
        (
            "data.to: Input should be a dictionary or an instance of Actor",
            "data.to: giá trị không hợp lệ",
        ),
        (
            "no dossier NOPE in the log; check the code as printed on the slip",
            "Không có hồ sơ NOPE; kiểm tra mã trên Giấy tiếp nhận",
        ),
        (
            "1/2020 stands in several books: A:1/2020, B:1/2020; name the unit as well",
            "1/2020 có trong nhiều sổ: A:1/2020, B:1/2020; ghi thêm mã đơn vị",
        ),
    ],
)
def test_problems_are_told_one_by_one(english, vietnamese):
    assert retold(english) == vietnamese


ODD: dict[str, list[object]] = {
    "id": ["", "a\nb", 5, None, "x" * 301],
    "subject": ["\u200b", 5],
    "time": ["2026-02-30T08:00:00+07:00", "1.77e9", 5, "20/03/2026", "2026-03-20T08:00:00"],
    "recordedknown": ["x"],
    "specversion": ["0.3"],
    "competent_unit": ["\u200b", 5, None, ["a"]],
    "due_at": ["2026-02-30", "2026-02-30T10:00", "1.7e9", 5, "", "x; y", "a): b", True],
    "limit": [5, {"amount": "5", "unit": "x"}, {"amount": 1.5, "unit": "working_days"}],
    "copies": [-1, 1.5, "x; y", 10**40],
    "channel": ["pigeon", "p; q", 5],
    "actor": [5, {"unit": "\u200b"}, {"colour": "red"}],
    "document": [{"date": "1.7e9"}, {"date": "2026-02-30"}, []],
}
"""What may stand in each field, and should not."""


ENVELOPE = {"id", "subject", "time", "recordedknown", "specversion"}


def chosen(seed):
    """A few of them at once."""
    rng = random.Random(seed)
    return {name: rng.choice(ODD[name]) for name in rng.sample(sorted(ODD), rng.randint(2, 4))}


@pytest.mark.parametrize(
    "odd",
    [*({name: each} for name in ODD for each in ODD[name]), *map(chosen, range(40))],
    ids=ascii,
)
def test_what_is_wrong_with_an_event_is_told_in_one_language(odd):
    data = {"competent_unit": "H40"} | {n: each for n, each in odd.items() if n not in ENVELOPE}
    said = {
        "type": KINDS["accepted"][0],
        "id": "1",
        "source": "s",
        "subject": "S",
        "time": "2026-03-02T08:00:00+07:00",
        "data": data,
    } | {n: each for n, each in odd.items() if n in ENVELOPE}

    with pytest.raises(Refused) as refused:
        read(said, recorded_at=datetime.now(VN))

    told = retold(refused.value.message)
    assert told is not None
    assert not re.search("should|given|write|valid|pattern|such as", told)
    bare = re.sub(r"'(?:[^'\\\\]|\\\\.)*'", "", told)
    assert bare.count("(") == bare.count(")")


@pytest.mark.parametrize(
    "data", [{"applicant": {"name": 5}}, {"applicant": 5}, {"portal": "x", "procedure": 5}]
)
def test_no_problem_is_swallowed_by_the_one_before_it(data):
    with pytest.raises(Refused) as refused:
        read(
            {
                "type": KINDS["submitted"][0],
                "id": "1",
                "source": "s",
                "subject": "S",
                "time": "2026-03-02T08:00:00Z",
                "data": data,
            },
            recorded_at=datetime.now(VN),
        )
    english = refused.value.message
    for name in re.findall(r"data\.[\w.]+", english):
        assert name in (retold(english) or "")


def test_what_is_not_known_is_told_by_its_code_and_in_english_as_it_stands():
    assert Language("vi").refusal("invalid_csv", "quite new") == Language("vi")(
        "refused.invalid_csv"
    )
    assert Language("en").refusal("invalid_csv", "quite new") == "quite new"


def test_english_before_a_known_sentence_is_no_name_of_a_column():
    assert retold("this is something new: not the same") is None
    assert retold("Ngày trả: not the same") == "Ngày trả không giống nhau"


def test_what_somebody_made_long_is_not_tried_part_by_part():
    """The square of its parts, and of its length, would be hours."""
    for hostile in ("data." + "; " * 300_000, "event " + " of " * 200_000, "; ".join("a" * 41)):
        assert retold(f"{hostile} is not a field of this event type") is None


def test_an_unknown_field_is_named_in_short():
    event = {
        "type": KINDS["paused"][0],
        "id": "1",
        "source": "s",
        "subject": "S",
        "time": "2026-03-02T08:00:00+07:00",
    }
    with pytest.raises(Refused) as refused:
        read(
            event | {"data": {"ground": "financial_obligation", "; " * 9_000: 1}},
            recorded_at=datetime.now(VN),
        )

    assert refused.value.code == "unknown_field"
    assert len(refused.value.message) < 500
