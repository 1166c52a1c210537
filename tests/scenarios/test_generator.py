"""The generated files have the printed figures, counted by hand, before the engine is ever asked."""

import ast
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.scenarios import binh_dinh, can_tho, cu_mgar, ha_tinh, kien_giang, naive
from tests.scenarios.facts import facts
from tests.scenarios.files import Generated

SITUATIONS = [ha_tinh, cu_mgar, binh_dinh, can_tho, kien_giang]


@cache
def told(situation, scale=1.0) -> tuple[Generated, dict[str, naive.Dossier]]:
    with TemporaryDirectory() as folder:
        files = situation.generate(Path(folder), scale)
        return files, naive.dossiers(files)


@pytest.mark.parametrize(
    "module", sorted(Path(__file__).parent.glob("*.py")), ids=lambda path: path.stem
)
def test_nothing_here_imports_the_product(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    roots = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    roots |= {
        node.module.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert roots <= {*sys.stdlib_module_names, "openpyxl", "playwright", "pytest", "tests"}


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda module: module.NAME)
def test_the_same_files_come_out_every_time(situation, tmp_path):
    both = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        files = situation.generate(tmp_path / name, 0.02).files
        both.append([path.read_bytes() for path, _ in files if path.suffix in {".jsonl", ".csv"}])
    assert both[0] == both[1]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda module: module.NAME)
def test_every_dossier_is_counted_once(situation):
    files, found = told(situation, 0.1)
    assert len(found) == files.dossiers


class TestHaTinh:
    @pytest.mark.parametrize("asked_at", ["2019-03-09", "2019-03-10"])
    def test_the_portal_shows_what_was_printed(self, asked_at):
        files, found = told(ha_tinh)
        counts = naive.count(found, asked_at, asked_at + "T23:59:59+07:00")
        shown = {
            name: naive.below(counts, code, "overdue")
            for name, code in files.truth["codes"].items()
        }
        printed = facts(ha_tinh.NAME)["printed"]
        assert (
            shown.items()
            >= {
                printed["city"]["name"]: 501,
                "Huyện Can Lộc": 400,
                **printed["others_shown"],
            }.items()
        )
        assert sum(shown.values()) == printed["shown_total"]

    def test_hardly_any_of_them_was_really_open(self):
        files, found = told(ha_tinh)
        counts = naive.count(found, "2019-03-10")
        opened = {
            name: naive.below(counts, code, "overdue")
            for name, code in files.truth["codes"].items()
        }
        assert {name: n for name, n in opened.items() if n} == {
            "Huyện Can Lộc": 53,
            "Huyện Hương Khê": 4,
            "Huyện Kỳ Anh": 2,
        }

    def test_one_dossier_of_the_city_was_returned_late(self):
        files, found = told(ha_tinh)
        assert (
            naive.below(
                naive.count(found, "2019-03-10"), files.truth["codes"]["Thành phố Hà Tĩnh"], "late"
            )
            == 1
        )


class TestCuMgar:
    def test_42110_were_resolved_and_19_of_them_late(self):
        _, found = told(cu_mgar)
        counts = naive.count(found, "2021-04-30", since="2021-01-01")
        assert naive.below(counts, "H15", "late") == 19
        assert naive.below(counts, "H15", "late") + naive.below(counts, "H15", "in_time") == 42110
        assert naive.below(counts, "H15", "overdue") == 0

    def test_recorded_over_declared_is_as_printed(self):
        files, found = told(cu_mgar)
        recorded = sum(
            "2021-01-01" <= dossier.accepted[0] <= "2021-04-31" for dossier in found.values()
        )
        assert f"{100 * recorded / files.truth['declared']:.2f}" == "28.50"


class TestBinhDinh:
    @pytest.mark.parametrize(
        ("number", "district"), [*enumerate(facts(binh_dinh.NAME)["printed"]["late_percent"], 20)]
    )
    def test_the_late_share_rounds_to_the_printed_one(self, number, district):
        _, found = told(binh_dinh)
        counts = naive.count(found, "2020-03-19", since="2020-01-01")
        late, in_time, open_, overdue = (
            naive.below(counts, f"H08.{number}", kind)
            for kind in ("late", "in_time", "underway", "overdue")
        )
        printed = facts(binh_dinh.NAME)["printed"]["late_percent"][district]
        assert overdue == 0
        assert (
            round(100 * late / (late + in_time))
            == round(100 * late / (late + in_time + open_))
            == printed
        )

    def test_51_communes_have_no_dossier_in_the_software(self):
        assert len(told(binh_dinh)[0].truth["unused"]) == 51


class TestCanTho:
    def test_473_are_open_and_overdue_at_the_end_of_may(self):
        _, found = told(can_tho)
        overdue = [
            dossier
            for dossier in found.values()
            if naive.class_of(dossier, "2024-05-31") == "overdue"
        ]
        assert len(overdue) == 473
        assert {dossier.portal for dossier in overdue} == {"national"}
        assert sum(max(dossier.due)[1] >= "2024-05" for dossier in overdue) == 77
        assert sum(dossier.accepted[0] >= "2024-05" for dossier in overdue) == 77

    def test_some_were_asked_for_papers_twice_or_past_the_one_stop_unit(self):
        files, found = told(can_tho)
        assert (
            sum(dossier.requests > 1 for dossier in found.values())
            == sum(files.truth["asked_twice"].values())
            == 63
        )
        assert (
            sum(dossier.outside for dossier in found.values())
            == sum(files.truth["asked_outside"].values())
            == 14
        )


class TestKienGiang:
    def test_the_rate_is_as_printed(self):
        files, found = told(kien_giang, 0.1)
        counts = naive.count(found, "2022-09-30", since="2022-01-01")
        late, in_time = naive.below(counts, "H33", "late"), naive.below(counts, "H33", "in_time")
        assert (late + in_time, late) == (files.truth["resolved"], files.truth["late"])
        assert f"{100 * in_time / (late + in_time):.2f}" == "61.45"

    def test_letters_are_missing_in_the_two_cities_only(self):
        files, found = told(kien_giang, 0.1)
        counts = naive.letters(found, "2022-09-30")
        missing = {
            name: naive.below(counts, code, "missing")
            for name, code in files.truth["codes"].items()
        }
        assert {name: n for name, n in missing.items() if n} == files.truth["missing"]
