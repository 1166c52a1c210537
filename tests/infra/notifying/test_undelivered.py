"""`dunghen undelivered`: what a receiver refused for good is listed, shown, sent again under the same id, or given up."""

import json

import pytest

from infra.audit import audit
from infra.cli import main
from infra.notifying import receiver_of
from tests.infra.notifying.conftest import SECRET, hooking, settled, stepped
from tests.infra.notifying.test_notifying import fed, refusing_three
from tests.support.postgres import asked, opened_in


@pytest.fixture
def refused(house, writer, hook, monkeypatch, tmp_path):
    """Three notices that the receiver refused, as the operator's shell knows it; their numbers."""
    with refusing_three(house, hook, fed(writer)) as worker:
        settled(worker)
    monkeypatch.setenv("DUNGHEN_DATABASE_URL", house.url)
    monkeypatch.setenv("DUNGHEN_WEBHOOK_URLS", hook.url)
    monkeypatch.setenv("DUNGHEN_WEBHOOK_PRIVATE", "true")
    monkeypatch.setenv("DUNGHEN_WEBHOOK_SECRET_FILE", str(tmp_path / "secret"))
    with asked(house.url) as connection:
        kept = connection.execute("SELECT number FROM work.undelivered ORDER BY number").fetchall()
    return [number for (number,) in kept]


@pytest.fixture
def answered(capsys):
    def answer(*words, code=0):
        capsys.readouterr()
        assert main(["undelivered", *map(str, words), "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return answer


@pytest.fixture
def acts(house):
    def told():
        """What is on record of who did what: the act, about what, why."""
        with opened_in(house.url) as store:
            return [(act["act"], act["about"], act["reason"]) for act in audit(store)["acts"]]

    return told


def test_what_was_refused_is_listed_with_its_reason(refused, hook, answered):
    answer = answered()
    assert answer["states"] == {"waiting": len(refused), "delivered": 0, "dropped": 0}
    assert [notice["number"] for notice in answer["notices"]] == refused
    first = answer["notices"][0]
    assert first["id"] == f"{receiver_of(hook.url)}-{refused[0]}"
    assert (first["why"], first["state"]) == ("HTTP 410", "waiting")


def test_a_long_list_is_read_in_parts(refused, answered):
    first = answered("--limit", 2)
    rest = answered("--cursor", first["next"])
    assert [n["number"] for n in [*first["notices"], *rest["notices"]]] == refused
    assert rest["next"] is None


def test_one_is_shown_with_its_body_by_its_number_or_by_all_of_its_name(refused, hook, answered):
    shown = answered("show", refused[0])
    assert shown["notice"]["body"]["data"]["id"] == refused[0]
    short = f"{receiver_of(hook.url)[:6]}-{refused[0]}"
    assert answered("show", short) == answered("show", shown["notice"]["id"]) == shown


def test_what_is_sent_again_is_taken_under_its_first_id_and_not_twice(
    refused, hook, answered, acts
):
    ids, hook.taken = hook.asked[: len(refused)], []
    answer = answered("retry", "--all")
    assert (answer["retried"], answer["refused"]) == (len(refused), 0)
    assert hook.numbers() == refused
    assert hook.asked[-len(refused) :] == ids
    assert acts() == [("notices_retried", None, None)]
    assert answered("retry", "--all")["retried"] == 0
    again = answered("retry", refused[0], code=1)["notices"]
    assert [one["outcome"] for one in again] == ["delivered_before"]
    assert hook.numbers() == refused
    assert answered()["states"]["delivered"] == len(refused)


def test_what_is_refused_again_waits_on_for_the_new_reason(refused, hook, answered, acts):
    hook.answer = 401
    answer = answered("retry", refused[0], code=1)
    assert [(one["outcome"], one["why"]) for one in answer["notices"]] == [("refused", "HTTP 401")]
    assert answered("show", refused[0])["notice"]["why"] == "HTTP 401"
    name = f"{receiver_of(hook.url)}-{refused[0]}"
    assert acts() == [("notices_retried", name, None)]


def test_a_receiver_that_is_away_is_asked_once(refused, hook, answered):
    before, hook.answer = len(hook.asked), 503
    answer = answered("retry", "--all", code=1)
    assert {one["outcome"] for one in answer["notices"]} == {"away"}
    assert len(hook.asked) == before + 1
    assert answered()["states"]["waiting"] == len(refused)


def test_a_receiver_that_is_not_set_any_more_is_told_apart(refused, answered, monkeypatch):
    with hooking() as other:
        monkeypatch.setenv("DUNGHEN_WEBHOOK_URLS", other.url)
        answer = answered("retry", refused[0], code=1)
        assert [one["outcome"] for one in answer["notices"]] == ["not_set"]
        assert other.asked == []


def test_what_is_dropped_is_not_sent_any_more(refused, hook, answered, acts):
    why = ("--reason", "nơi nhận đã có")
    assert answered("drop", refused[0], "--yes", *why)["dropped"] == 1
    name = f"{receiver_of(hook.url)}-{refused[0]}"
    assert acts() == [("notices_dropped", name, "nơi nhận đã có")]
    assert (
        answered("drop", refused[0], "--yes", code=1)["notices"][0]["outcome"] == "dropped_before"
    )
    answered("retry", "--all")
    assert refused[0] not in hook.numbers()[-len(refused) + 1 :]
    assert [n["state"] for n in answered("--all")["notices"]][:2] == ["dropped", "delivered"]


def test_one_that_is_not_there_is_told(refused, answered):
    assert answered("retry", 999_999, code=1)["notices"][0]["outcome"] == "unknown"
    assert answered("show", 999_999, code=1)["error"]["code"] == "unknown"


def test_a_number_that_several_receivers_refused_wants_the_receivers_name(refused, house, answered):
    with asked(house.url) as connection:
        connection.execute(
            "INSERT INTO work.undelivered SELECT 'notify:0000000000000000', number, at, why, body FROM work.undelivered"
        )
    told = answered("retry", refused[0], code=1)["error"]["message"]
    assert f"0000000000000000-{refused[0]}" in told


@pytest.mark.parametrize("missing", ["DUNGHEN_WEBHOOK_URLS", "DUNGHEN_WEBHOOK_SECRET_FILE"])
def test_sending_again_needs_to_know_whom_and_how(refused, answered, acts, monkeypatch, missing):
    monkeypatch.delenv(missing)
    error = answered("retry", "--all", code=3)["error"]
    assert error["code"] == "bad_setting"
    assert missing in error["message"]
    assert acts() == []


@pytest.mark.parametrize(
    "words",
    [
        ("retry",),
        ("show", "1", "2"),
        ("list", "1"),
        ("show", "x"),
        ("--cursor", "x"),
        ("drop", "1"),
        ("drop", "--all", "--yes"),
        ("retry", "1", "--all"),
        ("export", "1"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told(answered, monkeypatch, words):
    monkeypatch.setenv("DUNGHEN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert answered(*words, code=2)["error"]["code"] == "wrong_usage"


def test_without_a_database_there_are_none(answered, monkeypatch, tmp_path):
    monkeypatch.setenv("DUNGHEN_DATA", str(tmp_path))
    assert answered(code=3)["error"]["code"] == "no_undelivered"


@pytest.mark.parametrize(
    ("lang", "title"), [("vi", "THÔNG BÁO CHƯA GỬI ĐƯỢC"), ("en", "UNDELIVERED")]
)
def test_the_page_is_in_the_readers_language_and_holds_no_token(refused, hook, capsys, lang, title):
    assert main(["undelivered", "--lang", lang]) == 0
    assert main(["undelivered", "show", str(refused[0]), "--lang", lang]) == 0
    hook.answer = 500
    assert main(["undelivered", "retry", "--all", "--lang", lang]) == 1
    said = capsys.readouterr()
    assert title in said.out
    assert "HTTP 410" in said.out
    assert "a-token" not in said.out + said.err
    assert SECRET not in said.out + said.err


def test_another_notice_under_the_number_of_one_that_was_settled_waits_anew(
    refused, house, hook, answered
):
    answered("drop", *refused, "--yes")
    with asked(house.url) as connection:  # as after a feed that was lost and made anew
        connection.execute("DELETE FROM work.bookmarks WHERE name LIKE 'notify:%'")
        connection.execute(
            "UPDATE work.undelivered SET body = '{}' WHERE number = %s", (refused[0],)
        )
    hook.answer, before = 403, len(hook.asked)
    with house.working(webhook_urls=(hook.url,), notify_from_beginning=True) as worker:
        stepped(worker, lambda: len(hook.asked) > before + len(refused))
    waiting = answered()["notices"]
    assert waiting[0]["number"] == refused[0]
    assert waiting[0]["why"] == "HTTP 403"
    assert answered()["states"]["dropped"] == len(refused) - 1
