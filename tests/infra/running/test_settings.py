"""Settings of the long-running commands: a wrong one is named and nothing starts; no secret is ever told."""

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog

from infra.cli._trouble import trouble_of
from infra.errors import CannotRun
from infra.language import Language
from infra.language._retold import setting_retold
from infra.language._words_settings import SETTINGS
from infra.running import Pace
from infra.settings.brokers import Brokers, Sasl, Tls
from infra.settings.reading import brokers, prepared, read, secret, unknown
from infra.settings.service import ServiceSettings
from tests.support.settingsdoc import page

ROOT = Path(__file__).parents[3]
PASSWORD = "quá bí mật"

ONE_WRONG = {
    "KAFKA": [
        "localhost",
        "localhost:x",
        "localhost:0",
        "a:1,b",
        "::1:9092",
        "[x]:1",
        "http://a:1",
        ",,",
    ],
    "KAFKA_SECURITY": ["ssl"],
    "KAFKA_PARTITIONS": ["0", "many", "1001"],
    "KAFKA_TOPIC_PREFIX": ["đúng hẹn", "a/b"],
    "DATABASE_URL": [f"mysql://u:{PASSWORD}@h/d", PASSWORD],
    "OPS_ADDRESS": ["9464", "127.0.0.1", "127.0.0.1:70000"],
    "BATCH_SIZE": ["0"],
    "STOP_SECONDS": ["0", "-1", "1e-300", "nan", "inf", "1e400"],
    "CONNECT_SECONDS": ["0", "-1", "1e-300", "nan", "1e12"],
    "IDLE_SECONDS": ["0", "1e-300"],
    "POLICY": ["mars"],
    "LANG": ["fr"],
    "LOG": ["xml"],
    "LOG_LEVEL": ["loud"],
    "MASTER_KEY": [PASSWORD],
    "KAFKA_SASL_PASSWORD": [PASSWORD],
    "KAFKA_CA": ["/dev/null"],
    "WEBHOOK_URLS": [
        f"ftp://x/{PASSWORD}",
        f"https:///{PASSWORD}",
        f"https://[x/{PASSWORD}",
        f"https://x:y/{PASSWORD}",
        f"https://x:0/{PASSWORD}",
        f"https://x..y/{PASSWORD}",
        f"https://x y/{PASSWORD}",
        f"https://x/\x7f{PASSWORD}",
        ",",
    ],
    "SMTP_FROM": ["nobody", "một-cửa@xa.example"],
    "DIGEST_AT": ["morning", "25:00", "07:30+07:00", "07:30Z"],
    "NOTIFY_FROM_BEGINNING": ["perhaps"],
    "NOTIFY_ADDRESSES": ["/nowhere/addresses", __file__],
    "NOTIFY_RETRY_MOST_SECONDS": ["0"],
    "RETRY_MOST_SECONDS": ["0.1"],
    "MASTER_KEY_FILE": ["/nowhere/key", "/dev/null", "/"],
    "PUBLIC_URL": ["http://dunghen.example", "https://dunghen.example/path", "dunghen.example"],
    "OIDC_ISSUER": ["http://id.example", "ftp://id.example", "https://u:p@id.example"],
    "OIDC_CLIENT_SECRET_FILE": ["/nowhere/secret", "/dev/null"],
    "OIDC_SCOPES": ["profile"],
    "TRUSTED_PROXIES": ["proxy.example", "10.0.0.0/40", ","],
    "SESSION_IDLE_MINUTES": ["0"],
    "RATE_PER_MINUTE": ["0"],
}

NOT_TOGETHER = [
    ({"KAFKA_SECURITY": "sasl_tls", "KAFKA_SASL_USER": "u"}, "KAFKA_SASL_PASSWORD_FILE"),
    ({"KAFKA_SECURITY": "sasl_tls", "KAFKA_SASL_PASSWORD": PASSWORD}, "KAFKA_SASL_USER"),
    ({"KAFKA_SASL_USER": "u"}, "KAFKA_SASL_USER"),
    (
        {
            "KAFKA_SECURITY": "sasl_plaintext",
            "KAFKA_SASL_USER": "u",
            "KAFKA_SASL_PASSWORD": PASSWORD,
        },
        "KAFKA_SECURITY",
    ),
    ({"KAFKA_SECURITY": "tls", "KAFKA_KEY": __file__}, "KAFKA_KEY"),
    ({"WEBHOOK_URLS": f"https://x/{PASSWORD}"}, "WEBHOOK_SECRET_FILE"),
    *(
        ({"WEBHOOK_URLS": f"http://{host}/{PASSWORD}"}, "WEBHOOK_PRIVATE=true")
        for host in (
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "10.0.0.1:8080",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "[::1]",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:192.168.0.1]",
            "[64:ff9b::a00:1]",
            "[2002:7f00:1::]",
            "[2001:0:4136:e378:8000:63bf:f5ff:fffe]",
            "[64:ff9b:1::a00:1]",
            "[::127.0.0.1]",
            "[::ffff:0:127.0.0.1]",
            "localhost",
            "LocalHost.",
            "hooks.internal",
        )
    ),
    ({"SMTP_HOST": "mail.example"}, "SMTP_FROM"),
    ({"SMTP_HOST": "mail.example"}, "NOTIFY_ADDRESSES"),
    ({"SMTP_USER": "u"}, "SMTP_USER"),
    ({"SMTP_USER": "u", "SMTP_PASSWORD_FILE": __file__, "SMTP_TLS": "none"}, "SMTP_TLS"),
    ({"MASTER_KEY": "x", "MASTER_KEY_FILE": __file__}, "MASTER_KEY"),
    ({"OIDC_ISSUER": "https://id.example"}, "OIDC_CLIENT_ID"),
    (
        {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "dunghen"},
        "OIDC_CLIENT_SECRET_FILE",
    ),
    ({"PUBLIC_URL": "https://dunghen.example"}, "PUBLIC_URL"),
]


@pytest.fixture
def given(monkeypatch):
    def setting(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"DUNGHEN_{name}", value)

    return setting


def refusal(*needs, **more):
    with pytest.raises(CannotRun) as refused:
        read(*needs, **more)
    assert refused.value.code == "bad_setting"
    assert PASSWORD not in refused.value.message
    assert PASSWORD not in str(refused.value.values)
    return refused.value.message


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in ONE_WRONG.items() for value in values]
)
def test_a_wrong_setting_is_named(given, name, value):
    given(**{name: value})
    assert f"DUNGHEN_{name}" in refusal()


@pytest.mark.parametrize(("values", "name"), NOT_TOGETHER)
def test_settings_that_do_not_go_together_are_named(given, values, name):
    given(**values)
    assert f"DUNGHEN_{name}" in refusal()


NOT_OF_THEIR_TYPE = {
    "KAFKA_PARTITIONS": ["3.5", "9" * 5_000, "-1"],
    "KAFKA_REPLICAS": ["101"],
    "POLL_SECONDS": ["soon", "2"],
    "IDLE_SECONDS": ["nan"],
    "CONNECT_SECONDS": ["inf", "86401"],
    "KAFKA_SESSION_SECONDS": ["1"],
    "SMTP_PORT": ["70000"],
    "SMTP_TLS": ["ssl"],
    "KAFKA_SASL_MECHANISM": ["GSSAPI"],
}


@pytest.mark.parametrize(
    "values",
    [
        *({name: value} for name, values in ONE_WRONG.items() for value in values),
        *({name: value} for name, values in NOT_OF_THEIR_TYPE.items() for value in values),
        *(values for values, _ in NOT_TOGETHER),
        {"KAFKA_SECURITY": "tls", "KAFKA_SASL_USER": "u"},
        {"KAFKA_CA": __file__},
    ],
    ids=str,
)
def test_every_complaint_is_told_in_the_readers_language(given, values):
    given(**values)
    with pytest.raises(CannotRun) as refused:
        read("kafka")
    problems: Any = refused.value.values["problems"]
    for _, what, _ in problems:
        for each in (what, *what.split("; ")) if "line " in what else (what,):
            assert Language("vi").setting(each) != each
            assert Language("en").setting(each) == each
    told = trouble_of(refused.value, Language("vi"), Path()).sentence
    assert all(example in told for _, _, example in problems)
    assert "for example" not in told


@pytest.mark.parametrize(("english", "vietnamese"), SETTINGS)
def test_a_sentence_about_a_setting_says_nothing_that_the_english_does_not(english, vietnamese):
    assert set(re.findall(r"{\w+}", vietnamese)) <= set(re.findall(r"{\w+}", english))
    assert setting_retold(re.sub(r"{\w+}", "x", english)) == re.sub(r"{\w+}", "x", vietnamese)


def test_all_that_is_wrong_is_told_at_once_and_what_to_write_instead(given):
    given(KAFKA_PARTITIONS="many", LOG="xml")
    told = refusal("database_url")
    assert "DUNGHEN_DATABASE_URL is not set, and this command needs it" in told
    assert "DUNGHEN_KAFKA_PARTITIONS='many': " in told
    assert "DUNGHEN_LOG='xml': " in told
    assert "for example 12" in told


def test_what_a_command_needs_may_stand_in_a_file(given, tmp_path):
    (tmp_path / "key").write_bytes(base64.b64encode(bytes(32)) + b"\n")
    given(MASTER_KEY_FILE=str(tmp_path / "key"))
    assert read("master_key").master_key_file == tmp_path / "key"


def test_what_the_command_line_says_goes_before_the_environment(given):
    given(DATABASE_URL="postgresql://a/one")
    settings = read("database_url", database_url="postgresql://a/other", policy=None)
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://a/other"
    assert settings.policy == "national"


def test_settings_are_read_as_their_types(given):
    given(KAFKA="a:1, [::1]:2,", OPS_ADDRESS="[::]:9464", LANG="en_US.UTF-8", LOG="JSON")
    settings = read()
    assert settings.kafka == ("a:1", "[::1]:2")
    assert (settings.ops_address, settings.lang, settings.log) == (("::", 9464), "en", "json")


def test_an_empty_setting_is_not_set_but_an_empty_address_means_nowhere(given):
    given(KAFKA="", KAFKA_PARTITIONS="", OPS_ADDRESS="")
    settings = read()
    assert (settings.kafka, settings.kafka_partitions, settings.ops_address) == ((), 6, None)


def test_without_any_setting_the_defaults_hold_and_need_nothing():
    assert read().ops_address == ("127.0.0.1", 0)


def test_the_settings_are_a_pace_to_run_at():
    pace: Pace = read()
    assert pace.stop_seconds < pace.stalled_seconds


def test_no_secret_is_in_the_representation(given):
    given(DATABASE_URL=f"postgresql://u:{PASSWORD}@h/d", KAFKA_SECURITY="sasl_tls")
    given(KAFKA_SASL_USER="u", KAFKA_SASL_PASSWORD=PASSWORD)
    given(WEBHOOK_URLS=f"https://x/{PASSWORD}", WEBHOOK_SECRET_FILE=__file__)
    settings = read()
    assert PASSWORD not in f"{settings!r} {settings}"


def test_a_secret_in_a_file_ends_before_the_line_does(tmp_path):
    (tmp_path / "secret").write_text("a b \n")
    assert secret(None, tmp_path / "secret") == "a b "


def test_brokers_are_reached_as_the_settings_say(given, tmp_path):
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    given(KAFKA="a:1,b:2", KAFKA_SECURITY="sasl_tls", KAFKA_SASL_USER="u")
    given(KAFKA_SASL_PASSWORD_FILE=str(tmp_path / "password"), KAFKA_SASL_MECHANISM="PLAIN")
    sasl = Sasl(username="u", password=PASSWORD, mechanism="PLAIN")
    assert brokers(read("kafka")) == Brokers(("a:1", "b:2"), Tls(), sasl)


def test_a_certificate_that_is_none_is_refused(given):
    given(KAFKA="a:1", KAFKA_SECURITY="tls", KAFKA_CA=__file__)
    with pytest.raises(CannotRun, match=r"test_settings\.py"):
        brokers(read("kafka"))


def test_an_env_file_in_the_present_folder_is_not_read(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("DUNGHEN_LANG=en\n")
    monkeypatch.chdir(tmp_path)
    assert read().lang == "vi"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DUNGHEN_KAFKA_SECURTY", "DUNGHEN_KAFKA_SECURITY"),
        ("DUNGHEN_DATABASE", "DUNGHEN_DATABASE_URL"),
        ("DUNGHEN_OPS_ADRESS", "DUNGHEN_OPS_ADDRESS"),
        ("DUNGHEN_WEATHER", None),
    ],
)
def test_an_unknown_variable_is_told_with_the_one_that_is_meant(name, meant):
    assert unknown({name: "x", "DUNGHEN_LANG": "vi", "OTHER": "x"}) == [(name, meant)]


def test_an_unknown_variable_is_warned_of_without_its_value(given, capsys):
    given(KAFKA_SASL_PASWORD=PASSWORD, LOG="json")
    prepared()
    told = capsys.readouterr().err
    assert "did you mean DUNGHEN_KAFKA_SASL_PASSWORD?" in told
    assert PASSWORD not in told
    structlog.reset_defaults()


def test_help_is_shown_without_reading_what_the_settings_need():
    heavy = "{'pydantic', 'pydantic_settings', 'prometheus_client', 'http.server'}"
    code = f"import sys; from infra.cli import main; main(['--help']); sys.exit(bool({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("field", ServiceSettings.model_fields)
def test_every_setting_says_what_it_means_and_gives_an_example(field):
    info = ServiceSettings.model_fields[field]
    assert len(info.description or "") > 10
    assert info.examples


def test_the_page_is_generated_from_the_settings():
    assert (ROOT / "docs/settings.md").read_text("utf-8") == page(), (
        "python -m tests.support.settingsdoc > docs/settings.md"
    )
