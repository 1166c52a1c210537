"""Certificates for servers and clients of a test: an authority that lives for an hour, and what it signs, as PEM files.

Knows cryptography. Must not know who speaks TLS with them.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LIFE = timedelta(hours=1)
ANYBODY = 0o644
"""A server may run as another user than the test: its key lies in a folder of the test's own, and lives for an hour."""


@dataclass(frozen=True)
class Signed:
    """A certificate and its key: apart, and both in one file as Kafka wants them."""

    cert: Path
    key: Path
    both: Path


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Authority:
    """Trusted by whoever is given `ca`; it signs for addresses of this machine."""

    folder: Path
    name: str = "authority"
    _key: ec.EllipticCurvePrivateKey = field(default_factory=_new_key, repr=False)

    @cached_property
    def ca(self) -> Path:
        """Its own certificate."""
        return self._write("ca.pem", self._certificate.public_bytes(Encoding.PEM))

    def signs(
        self, name: str, address: str = "127.0.0.1", *, host: str | None = None, late: bool = False
    ) -> Signed:
        """For a server at the address, under the host's name if it has one, or for a client; `late`: one that has run out."""
        key = _new_key()
        until = _now() - timedelta(minutes=1) if late else _now() + LIFE
        made = (
            _begun(name, self._certificate.subject, key, until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName(
                    [x509.IPAddress(ip_address(address)), *([x509.DNSName(host)] if host else ())]
                ),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        cert, secret = made.public_bytes(Encoding.PEM), _private(key)
        return Signed(
            self._write(f"{name}.pem", cert),
            self._write(f"{name}.key", secret),
            self._write(f"{name}.both.pem", secret + cert),
        )

    @cached_property
    def _certificate(self) -> x509.Certificate:
        whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        return (
            _begun(self.name, whose, self._key, _now() + LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
            )
            .add_extension(_MAY_SIGN, critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def _write(self, name: str, content: bytes) -> Path:
        path = self.folder / f"{self.name}-{name}"
        path.write_bytes(content)
        path.chmod(ANYBODY)
        return path


_MAY_SIGN = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    crl_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


def _now() -> datetime:
    return datetime.now(UTC)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _begun(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 2 * LIFE)
        .not_valid_after(until)
    )
