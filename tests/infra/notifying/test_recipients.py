"""Who has which address: read from a file, and all that is wrong in it named by its lines."""

import pytest

from consumers.digest import Recipient
from infra.errors import CannotRun
from infra.settings.reading import read
from infra.settings.recipients import addresses

HEAD = "officer_or_unit,address\n"


@pytest.fixture
def file(tmp_path):
    def written(text):
        (tmp_path / "addresses.csv").write_text(text, encoding="utf-8")
        return tmp_path / "addresses.csv"

    return written


def test_an_officer_has_an_address_else_the_unit_however_its_code_is_written(file):
    known = addresses(file(HEAD + "cb-lan,lan@xa.example\n\nH40.17,xa@xa.example\n"))
    assert known.of(Recipient("cb-lan", "H40.17")) == "lan@xa.example"
    assert known.of(Recipient("cb-hai", "000.00.17.H40")) == "xa@xa.example"
    assert known.of(Recipient(None, "H40.18")) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1 is not"),
        ("cb-lan,lan@xa.example\n", "line 1 is not"),
        (HEAD + "cb-lan,lan\n", "line 2 has no mail address"),
        (HEAD + "cb-lan,lan@xa.example\ncb-lan,x@xa.example\n", "line 3 names cb-lan a second"),
        (HEAD + "cb-lan\n", "line 2 has not two cells"),
        (HEAD + 'cb-lan,"a\n', "cannot be read as CSV"),
        (HEAD + "cb-lan,a@b.example\r\nBcc: x,y@z.example\n", ""),
    ],
)
def test_what_is_wrong_is_named_by_its_line(file, text, told):
    if not told:
        assert addresses(file(text)).known
        return
    with pytest.raises(CannotRun, match=told) as refused:
        addresses(file(text))
    assert refused.value.code == "bad_setting"
    assert "DUNGHEN_NOTIFY_ADDRESSES" in refused.value.message


def test_no_more_than_five_lines_are_named(file):
    with pytest.raises(CannotRun, match="and 3 more"):
        addresses(file(HEAD + "cb,no\n" * 8))


def test_a_wrong_address_file_is_named_with_the_settings(file, monkeypatch):
    monkeypatch.setenv("DUNGHEN_NOTIFY_ADDRESSES", str(file(HEAD + "cb-lan,lan\n")))
    with pytest.raises(CannotRun, match=r"DUNGHEN_NOTIFY_ADDRESSES=.*line 2 has no mail address"):
        read()
