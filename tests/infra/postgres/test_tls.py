"""A real PostgreSQL that speaks TLS: it is known by its certificate, and refused with words that say what to do."""

import os
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from infra.cli import main
from infra.errors import CannotRun
from infra.postgres import log
from infra.postgres.server import connect
from tests.support.certificates import Authority
from tests.support.servers import Unavailable, postgres
from tests.support.servers.fixtures import give_up

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres-tls")]


@pytest.fixture(scope="module")
def signed(authority):
    return authority.signs("database")


@pytest.fixture(scope="module")
def server(signed):
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(postgres(certificate=(signed.cert, signed.key)))
        except Unavailable as refusal:
            # The wheel's server is built without TLS: this needs a distribution's.
            give_up(f"no PostgreSQL that speaks TLS: {refusal}", os.environ)
        yield opened


@pytest.fixture
def stranger(tmp_path):
    """An authority that nobody trusts."""
    return Authority(tmp_path, "stranger")


def url(server, ca, host="127.0.0.1"):
    return f"{server.superuser_url.replace('127.0.0.1', host)}?sslmode=verify-full&sslrootcert={ca}"


def test_who_trusts_the_authority_speaks_tls(server, authority):
    connection = connect(url(server, authority.ca))
    spoken = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    assert connection.execute(spoken).fetchone() == (True,)
    connection.close()


def test_a_whole_command_works_over_it(server, authority, capsys):
    assert main(["--database", url(server, authority.ca), "migrate"]) == 0
    assert main(["--database", url(server, authority.ca), "verify"]) == 0


def refused(address, connecting=connect):
    with pytest.raises(CannotRun) as told:
        connecting(address)
    assert str(urlsplit(address).password) not in told.value.message
    return told.value


def test_a_server_signed_by_somebody_else_is_not_trusted(server, stranger):
    told = refused(url(server, stranger.ca))
    assert told.code == "database_untrusted"
    assert "certificate verify failed" in told.message
    assert "sslrootcert in the address must name" in told.message


def test_the_logs_pool_does_not_trust_it_either(server, stranger, monkeypatch):
    monkeypatch.setattr(log, "CONNECT_SECONDS", 1)
    assert refused(url(server, stranger.ca), log.PostgresLog).code == "database_untrusted"


def test_a_server_under_another_name_than_its_certificates_is_not_trusted(server, authority):
    told = refused(url(server, authority.ca, host="localhost"))
    assert told.code == "database_untrusted"
    assert 'does not match host name "localhost"' in told.message


def test_a_file_of_the_authority_that_is_not_there_is_named(server, tmp_path):
    told = refused(url(server, tmp_path / "none.pem"))
    assert told.code == "database_untrusted"
    assert "none.pem" in told.message


def test_a_server_without_tls_is_not_spoken_to_in_clear(postgres_server, authority):
    told = refused(url(postgres_server, authority.ca))
    assert "does not support SSL" in told.message


@pytest.mark.parametrize(
    ("lang", "advice"), [("vi", "không tin được"), ("en", "cannot be trusted")]
)
def test_a_command_says_it_in_the_readers_language(server, stranger, capsys, lang, advice):
    address = url(server, stranger.ca)
    assert main(["--lang", lang, "--database", address, "verify"]) == 3
    said = capsys.readouterr().err
    assert advice in said
    assert "sslrootcert" in said
