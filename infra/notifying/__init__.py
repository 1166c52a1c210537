"""Telling others: webhooks from the feed, and the officers' daily digest by mail.

Knows the network's ways: signatures, circuits, mail. Must not know how a finding is concluded.
"""

from infra.notifying._aside import Aside
from infra.notifying._circuit import Circuit
from infra.notifying._digesting import Digesting
from infra.notifying._mail import Mail, MailServer, Post
from infra.notifying._texts import digest_mail
from infra.notifying._webhooks import Webhooks, receiver_of, signer, target_of
from infra.notifying._worker import MAIL, Notifying, Told

__all__ = [
    "MAIL",
    "Aside",
    "Circuit",
    "Digesting",
    "Mail",
    "MailServer",
    "Notifying",
    "Post",
    "Told",
    "Webhooks",
    "digest_mail",
    "receiver_of",
    "signer",
    "target_of",
]
