"""bandit finds nothing in the code that is not meant; `make security` asks pip-audit as well."""

from tests.support.security import not_meant, of_bandit


def test_bandit_finds_nothing_that_is_not_meant():
    found = of_bandit()

    assert found
    assert list(not_meant(found)) == []


def test_what_is_not_meant_is_told():
    planted = {"test_id": "B602", "filename": "infra/x.py", "line_number": 7, "issue_text": "shell"}
    guarded = planted | {"test_id": "B101", "filename": "infra/http/access/_x.py"}

    told = list(not_meant([planted, guarded]))

    assert told[0] == "infra/x.py:7: B602 shell"
    assert told[1].startswith("infra/http/access/_x.py:7: B101")
    assert any("not found there any more" in line for line in told)
