"""Reads the settings of a long-running command before anything is opened: every one that is wrong is named, all at once.

Knows which settings belong together. Must not know what is opened with them. No secret is ever told, nor the value of one.
"""

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr, ValidationError

from infra import logs
from infra.errors import CannotRun
from infra.masterkey import master_key
from infra.settings.brokers import Brokers, Sasl, Tls
from infra.settings.publicaddress import is_private
from infra.settings.recipients import addresses
from infra.settings.service import PREFIX, ServiceSettings, variable

SECRET: Final = frozenset({"database_url", "master_key", "kafka_sasl_password", "webhook_urls"})
"""Fields whose value is never shown."""

_OF_TESTS: Final = ("DUNGHEN_TEST_", "DUNGHEN_CACHE")
"""Not the program's; they may be set on a developer's machine."""

_QUOTED: Final = r"'([^']*)'"
_MEANT: Final = {
    "bool_parsing": "true or false is meant",
    "finite_number": "a number is meant",
    "float_parsing": "a number is meant",
    "greater_than": "a number above {gt:g} is meant",
    "greater_than_equal": "a number of {ge:g} or more is meant",
    "int_parsing": "a whole number is meant",
    "int_parsing_size": "a whole number is meant",
    "less_than_equal": "a number of {le:g} or less is meant",
    "literal_error": "choose one of: {names}",
    "string_pattern_mismatch": "it has characters that cannot stand there, or is too long",
    "time_parsing": "an hour of the day is meant",
}
"""What was expected, by pydantic's kind of complaint: its own words are English, and change with its versions."""

_LONGEST_SECRET: Final = 1 << 14
_SHOWN: Final = 60
_SHORTEST_SIGNING: Final = 32
"""Characters of a secret that sessions are signed with."""


class Problem(NamedTuple):
    """What is wrong with a setting, by its variable."""

    variable: str
    what: str
    example: str = ""
    """What could stand there instead."""

    def told(self) -> str:
        """In plain English."""
        instead = f"; for example {self.example}" if self.example else ""
        return f"{self.variable} {self.what}{instead}"


def prepared(*needs: str, **given: Any) -> ServiceSettings:
    """The settings, with the log set up by them, and a warning for each variable of ours that is none."""
    settings = read(*needs, **given)
    logs.configure(settings.log, level=settings.log_level)
    for name, meant in unknown(os.environ):
        structlog.get_logger().warning(
            f"{name} is no setting and has no effect"
            + (f"; did you mean {meant}?" if meant else ""),
            code="unknown_setting",
        )
    return settings


def read(*needs: str, **given: Any) -> ServiceSettings:
    """The settings; `needs`: fields that must be set, `given`: those that the command line said. CannotRun (`bad_setting`)."""
    problems = [
        Problem(variable(field), "is not set, and this command needs it")
        for field in needs
        if not (_is_set(field, given) or _is_set(f"{field}_file", given))
    ]
    settings = None
    try:
        settings = ServiceSettings(**given)
    except ValidationError as error:
        problems += [_of(each) for each in error.errors(include_url=False)]
    else:
        problems += _disagreeing(settings)
    if problems or settings is None:
        what = "; ".join(problem.told() for problem in problems)
        raise CannotRun(
            f"settings are wrong, nothing was started: {what}. docs/settings.md explains each",
            code="bad_setting",
            what=what,
            problems=problems,
        )
    return settings


def unknown(environment: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Variables with our prefix that are no settings, each with the one that was probably meant."""
    known = [variable(field) for field in ServiceSettings.model_fields]
    return [
        (name, next(iter(difflib.get_close_matches(name, known, 1, 0.8)), None))
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known and not name.startswith(_OF_TESTS)
    ]


def secret(text: SecretStr | None, file: Path | None) -> str | None:
    """A secret that is given as a text or in a file, without the line's end. CannotRun where the file holds none."""
    if text is not None:
        return text.get_secret_value()
    if file is None:
        return None
    found, why = _read(file)
    if found is None:
        raise CannotRun(f"{file} {why}", code="bad_setting", what=f"{file} {why}")
    return found


def brokers(settings: ServiceSettings) -> Brokers:
    """How Kafka is reached. CannotRun where a certificate cannot be used."""
    tls = sasl = None
    if settings.kafka_security in {"tls", "sasl_tls"}:
        tls = Tls(ca=settings.kafka_ca, cert=settings.kafka_cert, key=settings.kafka_key)
        tls.context()
    if settings.kafka_security == "sasl_tls":
        password = secret(settings.kafka_sasl_password, settings.kafka_sasl_password_file)
        sasl = Sasl(
            username=settings.kafka_sasl_user or "",
            password=password or "",
            mechanism=settings.kafka_sasl_mechanism,
        )
    return Brokers(settings.kafka, tls, sasl)


def _is_set(field: str, given: Mapping[str, Any]) -> bool:
    return bool(given.get(field) or os.environ.get(variable(field)))


def _of(error: Any) -> Problem:
    """A complaint of pydantic's: the field, the value where it is no secret, and what was expected, in words of ours."""
    field = str(error["loc"][0])
    given = "" if field in SECRET else f"={str(error['input'])[:_SHOWN]!r}"
    example = (ServiceSettings.model_fields[field].examples or [""])[0]
    return Problem(f"{variable(field)}{given}:", _expected(error), example)


def _expected(error: Any) -> str:
    limits = error.get("ctx", {})
    names = ", ".join(re.findall(_QUOTED, str(limits.get("expected"))))
    if error["type"] in _MEANT:
        return _MEANT[error["type"]].format(names=names, **limits)
    # Of `infra.settings.types`, or of a kind that no setting has.
    what = str(error["msg"]).removeprefix("Value error, ")
    return f"{what[:1].lower()}{what[1:]}"


def _disagreeing(settings: ServiceSettings) -> list[Problem]:
    return [
        *_twice(settings),
        *_files(settings),
        *_master(settings),
        *_tls(settings),
        *_sasl(settings),
        *_notices(settings),
        *_sign_in(settings),
        *_waits(settings),
    ]


def _twice(settings: ServiceSettings) -> Iterator[Problem]:
    for field in ("master_key", "kafka_sasl_password"):
        if getattr(settings, field) and getattr(settings, f"{field}_file"):
            yield Problem(variable(field), f"and {variable(field)}_FILE are both set; unset one")


def _files(settings: ServiceSettings) -> Iterator[Problem]:
    for field in type(settings).model_fields:
        file = getattr(settings, field)
        if field != "data" and isinstance(file, Path):
            found, why = _read(file)
            if found is None:
                yield Problem(f"{variable(field)}={str(file)!r}:", why)


def _master(settings: ServiceSettings) -> Iterator[Problem]:
    if settings.master_key is not None:
        text, name = settings.master_key.get_secret_value(), variable("master_key")
    elif settings.master_key_file is not None:
        text, name = _read(settings.master_key_file)[0] or "", variable("master_key_file")
    else:
        return
    try:
        master_key(text, name)
    except CannotRun as wrong:
        if text:  # of a file without one it was said already
            yield Problem(name, wrong.message.removeprefix(f"{name} "))


def _tls(settings: ServiceSettings) -> Iterator[Problem]:
    if settings.kafka_security not in {"tls", "sasl_tls"}:
        for field in ("kafka_ca", "kafka_cert", "kafka_key"):
            if getattr(settings, field):
                yield _unused(field, "kafka_security", settings.kafka_security, "tls or sasl_tls")
    elif settings.kafka_key and not settings.kafka_cert:
        yield Problem("DUNGHEN_KAFKA_KEY", "is set without DUNGHEN_KAFKA_CERT; set both or none")


def _sasl(settings: ServiceSettings) -> Iterator[Problem]:
    security = settings.kafka_security
    if security == "sasl_plaintext":
        yield Problem(
            "DUNGHEN_KAFKA_SECURITY=sasl_plaintext",
            "would send user and password without TLS; set sasl_tls",
        )
    elif security == "sasl_tls":
        needed = "is not set, and DUNGHEN_KAFKA_SECURITY=sasl_tls needs it"
        if not settings.kafka_sasl_user:
            yield Problem("DUNGHEN_KAFKA_SASL_USER", needed)
        if not (settings.kafka_sasl_password or settings.kafka_sasl_password_file):
            yield Problem("DUNGHEN_KAFKA_SASL_PASSWORD_FILE", needed)
    else:
        for field in ("kafka_sasl_user", "kafka_sasl_password", "kafka_sasl_password_file"):
            if getattr(settings, field):
                yield _unused(field, "kafka_security", security, "sasl_tls")


def _notices(settings: ServiceSettings) -> Iterator[Problem]:
    if settings.webhook_urls and not settings.webhook_secret_file:
        yield Problem(
            "DUNGHEN_WEBHOOK_SECRET_FILE", "is not set, and webhooks are never sent unsigned"
        )
    if not settings.webhook_private and any(
        is_private(urlsplit(url).hostname or "") for url in settings.webhook_urls
    ):
        yield Problem(
            "DUNGHEN_WEBHOOK_URLS",
            "names an address of this machine or of a private network; if a receiver there is meant, set DUNGHEN_WEBHOOK_PRIVATE=true",
        )
    if settings.smtp_host and not settings.smtp_from:
        yield Problem("DUNGHEN_SMTP_FROM", "is not set, and DUNGHEN_SMTP_HOST needs it")
    if settings.smtp_host and not settings.notify_addresses:
        yield Problem(
            "DUNGHEN_NOTIFY_ADDRESSES", "is not set, and without it nobody has a mail address"
        )
    if settings.notify_addresses:
        yield from _addresses(settings.notify_addresses)
    if bool(settings.smtp_user) != bool(settings.smtp_password_file):
        yield Problem(
            "DUNGHEN_SMTP_USER", "and DUNGHEN_SMTP_PASSWORD_FILE go together; set both or none"
        )
    if settings.smtp_user and settings.smtp_tls == "none":
        yield Problem("DUNGHEN_SMTP_TLS=none", "sends the password in clear; set starttls or tls")


def _sign_in(settings: ServiceSettings) -> Iterator[Problem]:
    together = ("oidc_issuer", "oidc_client_id", "oidc_client_secret_file")
    given = [field for field in together if getattr(settings, field)]
    if given and len(given) < len(together):
        for field in together:
            if field not in given:
                yield Problem(variable(field), f"is not set, and {variable(given[0])} needs it")
    if settings.public_url is not None and not given:
        yield Problem(
            "DUNGHEN_PUBLIC_URL",
            "is set without DUNGHEN_OIDC_ISSUER: whoever comes there would be the operator; set both or none",
        )
    if settings.oidc_client_secret_file is not None:
        secret = _read(settings.oidc_client_secret_file)[0]
        if secret is not None and len(secret) < _SHORTEST_SIGNING:
            yield Problem(
                "DUNGHEN_OIDC_CLIENT_SECRET_FILE",
                f"holds less than {_SHORTEST_SIGNING} characters; let the provider make a longer one",
            )
    if "openid" not in settings.oidc_scopes.split():
        yield Problem(f"DUNGHEN_OIDC_SCOPES={settings.oidc_scopes!r}", "must have openid in it")


def _addresses(file: Path) -> Iterator[Problem]:
    if _read(file)[0] is None:  # that was said already
        return
    try:
        addresses(file)
    except CannotRun as wrong:
        name, _, what = wrong.message.partition(": ")
        yield Problem(f"{name}:", what)


def _waits(settings: ServiceSettings) -> Iterator[Problem]:
    if settings.retry_most_seconds < settings.retry_seconds:
        yield Problem(
            f"DUNGHEN_RETRY_MOST_SECONDS={settings.retry_most_seconds:g}",
            f"is less than DUNGHEN_RETRY_SECONDS={settings.retry_seconds:g}; the longest wait cannot be below the first",
        )


def _unused(field: str, by: str, value: str, instead: str) -> Problem:
    return Problem(
        variable(field),
        f"is set, but {variable(by)}={value} does not use it; set {variable(by)} to {instead}, or unset it",
    )


def _read(file: Path) -> tuple[str | None, str]:
    """What a file of a secret or certificate holds, else why there is nothing to be had."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_LONGEST_SECRET).decode("utf-8", errors="replace").strip("\r\n")
    except OSError as error:
        return (
            None,
            f"cannot be read ({error.strerror or error}); name a file that this user may read",
        )
    return (text, "") if text else (None, "is empty; put the secret into it")
