"""What the tests' provider says of a user besides his name: the claims that he was made with. Knows where they are kept."""

import json
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class Claiming(OAuth2Validator):  # type: ignore[misc]  # the library has no types
    """Adds the user's own claims, whatever scope was asked for."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(request.user.last_name or "{}")
        return {"preferred_username": request.user.username} | said
