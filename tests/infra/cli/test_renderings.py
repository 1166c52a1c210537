"""Every answer as people read it, in both languages, against pages kept as text.

`UPDATE_GOLDEN=1 pytest tests/infra/cli` writes the pages anew; read the difference before keeping it.
"""

import json
import os
import re
import unicodedata
from pathlib import Path

import pytest

from infra.cli import _commands
from infra.cli._screen import Page, width_of
from infra.language import Language
from infra.telling import declaring, legal_basis, side_by_side

HERE = Path(__file__).parent
ANSWERS = {path.stem: path for path in sorted((HERE / "answers").glob("*.json"))}


def page(name, lang="vi", **how):
    answer = json.loads(ANSWERS[name].read_text())
    lines = _commands.pages(name.partition("_")[0], answer, Page(Language(lang), **how))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", ANSWERS)
def test_the_page_is_the_kept_one(name, lang):
    kept = HERE / "golden" / f"{name}.{lang}.txt"
    shown = page(name, lang)
    if os.environ.get("UPDATE_GOLDEN"):
        kept.write_text(shown)
    assert shown == kept.read_text()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("name", ANSWERS)
def test_no_line_is_wider_than_the_page(name, width, lang):
    assert [
        line for line in page(name, lang, width=width).splitlines() if width_of(line) > width
    ] == []


@pytest.mark.parametrize("name", ["report_units", "report_officers", "report_coverage"])
@pytest.mark.parametrize(
    ("first", "begun"), [(None, True), ("2026-07-01", False), ("2026-06-30", True)]
)
def test_a_period_that_has_not_begun_is_told(name, first, begun):
    answer = json.loads(ANSWERS[name].read_text())
    answer |= {"as_of": "2026-06-30T23:59:59+07:00", "period": {"from": first, "to": "2026-07-31"}}
    shown = "\n".join(_commands.pages("report", answer, Page(Language("vi"))))
    assert ("Kỳ chưa bắt đầu" not in shown) is begun


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_figure_is_ever_cut_off(width):
    shown = page("report_units", width=width)
    for figure in ("654.321", "643.272", "98,81 %", "28,50 %", "7.180"):
        assert figure in shown


@pytest.mark.parametrize("name", ANSWERS)
def test_colours_change_nothing_but_colour(name):
    assert re.sub(r"\x1b\[[0-9;]*m", "", page(name, colour=True)) == page(name)


def test_the_account_says_what_was_promised_and_what_did_not_count():
    shown = page("explain")
    for said in (
        "23/02/2026",
        "16/02/2026–20/02/2026  Tết Nguyên đán",
        "29/01/2026–30/01/2026  chờ bổ sung",
        "[10]",
    ):
        assert said in shown


def test_shares_that_do_not_add_up_are_said_to_differ():
    answer = json.loads(ANSWERS["explain"].read_text())
    answer["responsibility"][0]["minutes"] -= 1
    assert "KHÔNG bằng" in "\n".join(_commands.pages("explain", answer, Page(Language("vi"))))


def test_a_rate_stands_with_its_denominator_and_its_coverage():
    assert "Đúng hạn 98,81 % (635.593/643.272) · phủ 28,50 % (186.480/654.321)" in page(
        "report_units"
    ).replace("\xa0", " ")


def test_what_is_known_stands_under_a_coverage_without_a_declaration():
    answer = json.loads(ANSWERS["report_units"].read_text())
    answer["total"]["coverage"] |= {"declared": None, "recorded": 16_587, "percent": "98.47"}
    answer["total"]["received"]["in_period"] = 16_845
    shown = "\n".join(_commands.pages("report", answer, Page(Language("vi")))).replace("\xa0", " ")
    assert "phủ 98,47 % (16.587/16.845 hồ sơ đã biết; đơn vị chưa kê khai)" in shown


def test_a_coverage_says_of_how_many_units_it_is_where_not_all_declared():
    answer = json.loads(ANSWERS["report_units"].read_text())
    known = {"declared": None, "recorded": 3, "percent": "100.00"}
    for code in ("H13", "H27"):
        row = answer["total"] | {"unit": code, "name": code, "parent": None, "level": "province"}
        answer["units"].append(row | {"coverage": known, "findings": []})
    shown = "\n".join(_commands.pages("report", answer, Page(Language("vi")))).replace("\xa0", " ")
    assert "phủ 28,50 % (186.480/654.321; 1/3 đơn vị kê khai)" in shown


def unit(code, parent=None, received=1, declared=None):
    counts = {"received": {"total": received}, "coverage": {"declared": declared}}
    return {"unit": code, "parent": parent, **counts}


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ([], None),
        ([unit("A"), unit("B")], None),
        ([unit("A", declared=3), unit("B", declared=0)], None),
        ([unit("A", declared=3), unit("B"), unit("C", received=0)], (1, 2)),
        ([unit("A", received=9, declared=3)], None),
        ([unit("A", None, 2, 3), unit("B", "A", 1, 3), unit("C", "A")], (1, 2)),
        ([unit("A", None, 3, 3), unit("B", "A", 1, 3), unit("C", "A"), unit("D", "C")], (1, 3)),
        ([unit("A", None, 2, 5), unit("B", "A", 1), unit("C", "A")], (1, 3)),
    ],
)  # fmt: skip
def test_units_that_declared_are_counted_side_by_side(units, told):
    assert declaring(side_by_side(units)) == told


@pytest.mark.parametrize(
    ("article", "vi", "en"),
    [
        ("mẫu 04", "mẫu 04", "form 04"),
        ("chỉ số 2.1", "chỉ số 2.1", "indicator 2.1"),
        ("Đ19 (chưa đối chiếu)", "Điều 19 (chưa đối chiếu)", "Article 19 (not confirmed against the text)"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_told_in_the_readers_language(article, vi, en):
    basis = [{"document": "X", "article": article}]
    assert legal_basis(basis, Language("vi")) == f"{vi} X"
    assert legal_basis(basis, Language("en")) == f"{en} X"


def test_no_petitions_are_said_to_be_none():
    answer = json.loads(ANSWERS["report_feedback"].read_text())
    answer["total"]["received"] = 0
    shown = list(_commands.pages("report", answer, Page(Language("vi"))))
    assert "  Chưa có phản ánh, kiến nghị." in shown


def test_an_article_is_spelled_as_the_law_does():
    assert "điểm c khoản 2 Điều 11, khoản 3 Điều 15" in page("violations", width=160)


def test_an_hour_that_no_source_gave_is_not_shown_as_if_it_were_known():
    answer = json.loads(ANSWERS["explain"].read_text())
    answer["assumed"] = [answer["accepted_at"]]
    shown = "\n".join(_commands.pages("explain", answer, Page(Language("vi"), 160)))
    assert "26/01/2026 (không ghi giờ)" in shown
    assert "26/01/2026 09:12" not in shown
    assert "giờ giả định 08:00 hoặc 16:00" in shown


def test_a_return_date_before_the_acceptance_is_pointed_out():
    answer = json.loads(ANSWERS["explain"].read_text())
    answer["clocks"]["legal"]["due"] = "2026-01-23"
    shown = "\n".join(_commands.pages("explain", answer, Page(Language("vi"), 160)))
    assert "Ngày hẹn trả 23/01/2026 đứng trước ngày tiếp nhận 26/01/2026" in shown
    assert "đứng trước ngày tiếp nhận" not in page("explain")


def test_a_withdrawal_is_not_called_a_result():
    answer = json.loads(ANSWERS["explain"].read_text()) | {"end": "withdrawn"}
    shown = "\n".join(_commands.pages("explain", answer, Page(Language("vi"))))
    assert "Kết thúc (rút hồ sơ)" in shown
    assert "Ngày có kết quả" not in shown


def test_the_history_never_prints_the_applicant():
    assert "QUJD" not in page("history")


def test_an_escape_sequence_in_a_dossier_never_reaches_the_terminal():
    answer = json.loads(ANSWERS["history"].read_text())
    answer["events"][3]["data"]["reason"] = "x\x1b]0;owned\x07\u202e\x9b2J"
    shown = "\n".join(_commands.pages("history", answer, Page(Language("vi"))))
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)


def test_decomposed_vietnamese_stands_in_line():
    answer = json.loads(ANSWERS["report_coverage"].read_text())
    plain = "\n".join(_commands.pages("report", answer, Page(Language("vi"))))
    answer["units"][0]["name"] = unicodedata.normalize("NFD", answer["units"][0]["name"])
    assert "\n".join(_commands.pages("report", answer, Page(Language("vi")))) == plain


@pytest.mark.parametrize(
    ("article", "vi", "en"),
    [
        ("Đ17-22", "các điều 17 đến 22", "Articles 17 to 22"),
        ("Đ17.3-4", "khoản 3 và khoản 4 Điều 17", "Article 17(3) and (4)"),
        ("Đ147-148", "các điều 147 và 148", "Articles 147 and 148"),
        ("Đ11.2c, Đ15", "điểm c khoản 2 Điều 11, Điều 15", "Article 11(2)(c), Article 15"),
    ],
)
def test_articles_are_told_in_words(article, vi, en):
    basis = [{"document": "NĐ", "article": article}]
    assert legal_basis(basis, Language("vi")) == f"{vi} NĐ"
    assert legal_basis(basis, Language("en")) == f"{en} NĐ"
