"""Small values that a browser keeps for us, signed: nobody makes or alters one, and none serves another purpose.

Knows HMAC. Must not know what the values mean. The key is made from the provider's secret, which every process has.
"""

import base64
import hmac
import json
from typing import Any, Final

_MARK: Final = "."


class Signing:
    """Signs and reads values, each for a purpose."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"dunghen cookies", "sha256")

    def mark(self, purpose: str, text: str) -> str:
        """The mark of a text for a purpose."""
        raw = hmac.digest(self._key, f"{purpose}\0{text}".encode(), "sha256")
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def signed(self, purpose: str, value: Any) -> str:
        """A value as a text with its mark."""
        text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
        return f"{text}{_MARK}{self.mark(purpose, text)}"

    def read(self, purpose: str, signed: str) -> Any:
        """The value of a signed text; None where the mark is not ours or for another purpose."""
        text, _, mark = signed.rpartition(_MARK)
        if not text.isascii() or not hmac.compare_digest(
            mark.encode(), self.mark(purpose, text).encode()
        ):
            return None
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
