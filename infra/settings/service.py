"""Every setting of the long-running commands: its variable, what it means, its default, an example.

Knows limits. Must not know how a setting is used, nor whether two of them agree (`infra.settings.reading`). The variable is the
field's name in capitals behind DUNGHEN_; docs/settings.md is made from here.
"""

from datetime import time
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from infra.settings import types as of

PREFIX: Final = "DUNGHEN_"
LONGEST_SESSION: Final = 168
"""Hours that a session may be set to last: none that began before is open."""


def _said(default: Any, description: str, example: str, *, repr: bool = True) -> Any:  # noqa: A002 - pydantic's own word
    return Field(default, description=description, examples=[example], repr=repr)


class GeneralSettings(BaseModel):
    """Where the data are, by which rules they are judged, and how the program speaks."""

    database_url: of.Database | None = _said(
        None,
        "The PostgreSQL database, as libpq takes it: with TLS `?sslmode=verify-full&sslrootcert=…`; the password may stand in"
        " a file that `?passfile=…` names. The user needs the role of the command.",
        "postgresql://projector@db.example/dunghen?sslmode=verify-full",
    )
    data: Path | None = _said(
        None,
        "Folder of the embedded files, for commands without a database (they take `.dunghen` in the present folder). The"
        " long-running commands keep nothing there.",
        "/var/lib/dunghen",
    )
    policy: of.PolicyName = _said(
        "national", "The local rules to judge by; `dunghen policies` lists them.", "hcm-2016"
    )
    master_key: SecretStr | None = _said(
        None,
        "The master key of the vault, 32 bytes in base64 (`openssl rand -base64 32`), where a secret can only be a variable."
        " What takes facts in needs it: `import`, `serve`, `consume intake`.",
        "(44 characters)",
    )
    master_key_file: Path | None = _said(
        None,
        "A file that holds the master key; instead of `DUNGHEN_MASTER_KEY`.",
        "/run/secrets/key",
    )
    lang: of.Language = _said("vi", "The language of answers, mails and complaints.", "en")
    log: of.Form = _said(
        "console", "The log on stderr: lines for people, or one JSON object a line.", "json"
    )
    log_level: of.Level = _said(
        "info",
        "The least that is logged: `debug`, `info`, `warning`, `error`. Commands that are not long-running take `warning` when"
        " it is not set.",
        "warning",
    )


class KafkaSettings(BaseModel):
    """How Kafka is reached, and what the topics and groups are called there."""

    kafka: of.Addresses = _said(
        (),
        "Some brokers to begin with, `host:port` with commas between them; the others are learnt from these.",
        "kafka-1.example:9093,kafka-2.example:9093",
    )
    kafka_security: of.Security = _said(
        "plaintext",
        "`plaintext`, `tls`, or `sasl_tls` (user and password over TLS). `sasl_plaintext` is refused: a password never travels in clear.",
        "sasl_tls",
    )
    kafka_ca: Path | None = _said(
        None,
        "Certificates to trust (PEM); the system's when not set. With TLS.",
        "/etc/dunghen/ca.pem",
    )
    kafka_cert: Path | None = _said(
        None,
        "Our own certificate (PEM), for brokers that ask for one. With TLS.",
        "/etc/dunghen/us.pem",
    )
    kafka_key: Path | None = _said(
        None, "The key of our certificate (PEM, without a password).", "/run/secrets/us.key"
    )
    kafka_sasl_mechanism: of.Mechanism = _said(
        "SCRAM-SHA-512",
        "How the password is shown: `SCRAM-SHA-512`, `SCRAM-SHA-256`, `PLAIN`.",
        "PLAIN",
    )
    kafka_sasl_user: str | None = _said(None, "The user. With `sasl_tls`.", "dunghen-relay")
    kafka_sasl_password: SecretStr | None = _said(
        None, "The password, where a secret can only be a variable. With `sasl_tls`.", "(secret)"
    )
    kafka_sasl_password_file: Path | None = _said(
        None,
        "A file that holds the password; instead of `DUNGHEN_KAFKA_SASL_PASSWORD`.",
        "/run/secrets/kafka",
    )
    kafka_topic_prefix: of.Name = _said(
        "dunghen", "What the topics' names begin with: `dunghen.facts.v1`.", "dunghen-test"
    )
    kafka_group_prefix: of.Name = _said(
        "dunghen",
        "What the consumer groups' names begin with: `dunghen-projections`, `dunghen-intake`.",
        "dunghen-test",
    )
    kafka_partitions: Annotated[int, Field(ge=1, le=1_000)] = _said(
        6,
        "Partitions of a topic that has to be made: so many workers can share its work. Adding some later puts a dossier's next"
        " events into another one; existing topics are compared and never changed.",
        "12",
    )
    kafka_replicas: Annotated[int, Field(ge=1, le=100)] | None = _said(
        None, "Copies of a topic that has to be made; the broker's default when not set.", "3"
    )


class RunningSettings(BaseModel):
    """How the long-running commands run: how much at once, how long they wait, where they can be asked."""

    ops_address: of.Listening = _said(
        "127.0.0.1:0",
        "Where `/healthz`, `/readyz` and `/metrics` are. Port 0 is any free one, told in the log; set but empty: nowhere. They"
        " hold no data of persons or dossiers, but are for the operator's network only.",
        "0.0.0.0:9464",
    )
    batch_size: Annotated[int, Field(ge=1, le=100_000)] = _said(
        5_000, "Events of one step, and of one transaction, at most.", "1000"
    )
    poll_seconds: Annotated[float, Field(ge=0.001, le=1)] = _said(
        0.5, "How long a step waits for something to do.", "0.1"
    )
    idle_seconds: Annotated[float, Field(ge=0.001, le=60)] = _said(
        0.02,
        "Pause after a step that found nothing. In an idle system an event waits half of it on average.",
        "0.2",
    )
    retry_seconds: Annotated[float, Field(ge=0.001, le=30)] = _said(
        0.5,
        "Longest first wait for a database or broker that is away; doubled each time, of which a random part is waited.",
        "1",
    )
    retry_most_seconds: Annotated[float, Field(ge=0.001, le=30)] = _said(
        30.0, "Longest wait of all for a database or broker that is away.", "10"
    )
    connect_seconds: of.Seconds = _said(
        30.0, "How long connecting to a database or broker may take before it counts as away.", "10"
    )
    stalled_seconds: of.Seconds = _said(
        120.0,
        "After so long in one step `/healthz` says 503. Longer than the slowest step, or a busy worker is killed.",
        "300",
    )
    stop_seconds: Annotated[float, Field(ge=0.1, le=600)] = _said(
        8.0,
        "How long a step may go on after SIGTERM before it is cut short. Less than what the supervisor grants (Docker: 10 s).",
        "25",
    )
    kafka_session_seconds: Annotated[float, Field(ge=6, le=1_800)] = _said(
        45.0, "After so long without a sign of life others take a worker's partitions.", "20"
    )
    kafka_step_seconds: Annotated[float, Field(ge=10, le=86_400)] = _said(
        300.0, "After so long between two polls others take a worker's partitions as well.", "600"
    )


class NotifySettings(BaseModel):
    """Whom `consume notify` tells, and how. Without a webhook and a mail server it has nothing to do."""

    webhook_urls: of.WebAddresses = _said(
        (),
        "Receivers of webhooks, with commas between them. They may carry tokens: they are never logged.",
        "https://dashboard.example/hooks/dunghen",
        repr=False,
    )
    webhook_secret_file: Path | None = _said(
        None,
        "A file with the secret that webhooks are signed with, by the scheme of Standard Webhooks (`whsec_…`).",
        "/run/secrets/webhook",
    )
    webhook_seconds: Annotated[float, Field(ge=0.1, le=120)] = _said(
        15.0, "How long a receiver may take to answer, all in all.", "5"
    )
    webhook_private: bool = _said(
        False,  # noqa: FBT003 - a default is no argument
        "Whether webhooks may go to addresses of this machine or of a private network (10.…, 192.168.…, 127.…, `localhost`)."
        " Else such an address is refused at the start, and a name that means one at each delivery.",
        "true",
    )
    smtp_host: of.Name | None = _said(None, "The mail server.", "mail.example")
    smtp_port: Annotated[int, Field(ge=1, le=65_535)] = _said(587, "The mail server's port.", "465")
    smtp_tls: of.SmtpTls = _said(
        "starttls",
        "`starttls`, `tls` from the first byte, or `none` (a relay on the same host).",
        "tls",
    )
    smtp_user: str | None = _said(None, "The user, where the server asks for one.", "dunghen")
    smtp_password_file: Path | None = _said(
        None, "A file that holds the user's password.", "/run/secrets/smtp"
    )
    smtp_from: Annotated[str, Field(pattern=r"^[!-?A-~]+@[!-?A-~]+$")] | None = _said(
        None, "The sender of mails.", "dung-hen@tinh.example"
    )
    smtp_seconds: Annotated[float, Field(ge=0.1, le=120)] = _said(
        30.0, "How long the mail server may take for each of its answers.", "10"
    )
    notify_addresses: Path | None = _said(
        None,
        "Whom mails go to: a CSV file in UTF-8 with the columns `officer_or_unit,address`. An officer without an address is"
        " reached at that of the unit; who has neither gets none, which is logged.",
        "/etc/dunghen/addresses.csv",
    )
    digest_at: of.LocalTime = _said(
        time(7, 30),
        "From when on the daily digest is sent, in Viet Nam's time, on working days.",
        "08:00",
    )
    notify_from_beginning: bool = _said(
        False,  # noqa: FBT003 - a default is no argument
        "Whether a receiver of webhooks that is new is told all that the feed holds; else it begins with what comes next.",
        "true",
    )
    notify_retry_most_seconds: of.Seconds = _said(
        300.0,
        "Longest wait before a receiver or mail server that is away is asked again; the first is `DUNGHEN_RETRY_SECONDS`.",
        "60",
    )


class AccessSettings(BaseModel):
    """Who may ask `serve`: how people sign in (OpenID Connect), how long, how often. Tokens: `dunghen token`."""

    public_url: of.OwnAddress | None = _said(
        None,
        "The address that people use, without a path. Needed where others than this machine can reach the server; with https://"
        " cookies go over TLS only.",
        "https://dunghen.tinh.example",
    )
    trusted_proxies: of.Networks = _said(
        (),
        "Addresses or networks of proxies, with commas between them: only from them `X-Forwarded-For` is believed.",
        "127.0.0.1,10.0.0.0/8",
    )
    oidc_issuer: of.SecureAddress | None = _said(
        None,
        "The provider that people sign in with, as it calls itself; its `/.well-known/openid-configuration` says the rest.",
        "https://id.tinh.example/realms/tinh",
    )
    oidc_client_id: str | None = _said(None, "What the provider knows us as.", "dunghen")
    oidc_client_secret_file: Path | None = _said(
        None,
        "A file that holds the secret that the provider gave us, 32 characters at least. Sessions are signed with it as well, so"
        " it is the same for all processes.",
        "/run/secrets/oidc",
    )
    oidc_scopes: str = _said("openid profile", "What is asked of the provider.", "openid roles")
    oidc_name_claim: of.Name = _said(
        "preferred_username", "The claim that names who signs in; else `sub`.", "email"
    )
    oidc_role_claim: of.Name = _said(
        "dunghen_role",
        "The claim that says the role, a text or a list in which one of ours stands: auditor, compliance, head, officer, feed,"
        " intake, admin.",
        "roles",
    )
    oidc_unit_claim: of.Name = _said(
        "dunghen_unit", "The claim that says the unit of compliance and head.", "ma_don_vi"
    )
    oidc_officer_claim: of.Name = _said(
        "dunghen_officer", "The claim that says which officer an officer is.", "ma_can_bo"
    )
    session_idle_minutes: Annotated[int, Field(ge=1, le=1_440)] = _said(
        30, "After so long without a request a session is over.", "15"
    )
    session_hours: Annotated[int, Field(ge=1, le=LONGEST_SESSION)] = _said(
        10, "After so long a session is over in any case.", "8"
    )
    rate_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = _said(
        600,
        "Requests of one asker (one person, however many sessions; one token; one address without either) in a minute. Each `serve`"
        " counts for itself: N of them behind one address let through up to N times as many, so set it to the limit divided by N.",
        "1200",
    )
    sign_in_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = _said(
        20,
        "Attempts to sign in, and wrong tokens, from one address in a minute. Each `serve` counts for itself.",
        "10",
    )


PARTS: Final[tuple[type[BaseModel], ...]] = (
    GeneralSettings,
    KafkaSettings,
    RunningSettings,
    NotifySettings,
    AccessSettings,
)


class ServiceSettings(
    AccessSettings, NotifySettings, RunningSettings, KafkaSettings, GeneralSettings, BaseSettings
):
    """All of them, from the environment; keyword arguments (what the command line said) go before it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_set(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Compose files and shells set what they do not know to nothing. An empty address for the pages is meant, though."""
        return {
            name: value
            for name, value in given.items()
            if value is not None and (value != "" or name == "ops_address")
        }

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """No `.env` of whatever folder the process was started in."""
        return init_settings, env_settings


def variable(field: str) -> str:
    """The variable of a field."""
    return PREFIX + field.upper()
