"""Sign-in: who may, and how long a token lasts. Only hashes of tokens are stored."""

import hashlib
import secrets
import time
from typing import Any

from loader.sandbox import contract
from loader.sandbox.messages import Json
from loader.sandbox.refusals import Refusal, invalid
from loader.sandbox.settings import EMAIL, PASSWORD, SandboxSettings
from loader.sandbox.state import State

TEN_YEARS = 10 * 365 * 86_400
PERMISSIONS = "consumers/read,fulfillments/read,orders/read,orders/write,products/read"


class Tokens:
    """The tokens of one state file."""

    def __init__(self, state: State, settings: SandboxSettings) -> None:
        """Give out tokens that last as long as `settings` say."""
        self._state = state
        self._settings = settings

    def sign_in(self, body: Json) -> dict[str, Any]:
        """Exchange the rehearsal credentials for tokens."""
        if issues := contract.issues_of("TokenRequest", body):
            raise invalid(issues, nested=True)
        if (body["email"], body["password"]) != (EMAIL, PASSWORD):
            raise Refusal(401, "Incorrect email or password")
        return {**self._issue(), "permissions": PERMISSIONS}

    def refresh(self, body: Json) -> dict[str, Any]:
        """Exchange a refresh token for new tokens; it stays valid."""
        if issues := contract.issues_of("RefreshTokenRequest", body):
            raise invalid(issues, nested=True)
        if self._expiry(body["refresh_token"], "refresh") <= time.time():
            raise Refusal(401, "Invalid refresh token")
        return self._issue(body["refresh_token"])

    def check(self, authorization: str | None) -> None:
        """Refuse a request without a valid access token."""
        kind, _, token = (authorization or "").partition(" ")
        expiry = self._expiry(token, "access") if kind.lower() == "bearer" else 0.0
        if not expiry:
            raise Refusal(401, "Unauthorized")
        if expiry <= time.time():
            raise Refusal(401, "Token expired")

    def expire(self) -> None:
        """Let every access token expire now; refresh tokens stay."""
        with self._state.transaction() as db:
            db.execute("UPDATE tokens SET expires_at = 1 WHERE kind = 'access'")

    def _issue(self, refresh: str | None = None) -> dict[str, Any]:
        access = f"sbx_access_{secrets.token_urlsafe(24)}"
        now = time.time()
        fresh = [(_hash(access), "access", now + self._settings.token_seconds)]
        if refresh is None:
            refresh = f"sbx_refresh_{secrets.token_urlsafe(24)}"
            fresh.append((_hash(refresh), "refresh", now + TEN_YEARS))
        with self._state.transaction() as db:
            db.executemany("INSERT INTO tokens VALUES (?, ?, ?)", fresh)
        return {
            "access_token": access,
            "id_token": f"sbx_id_{secrets.token_urlsafe(24)}",
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": int(self._settings.token_seconds),
        }

    def _expiry(self, token: str, kind: str) -> float:
        """Return when a token expires, 0 where it is not one of ours."""
        found = self._state.rows(
            "SELECT expires_at FROM tokens WHERE hash = ? AND kind = ?", (_hash(token), kind)
        )
        return float(found[0][0]) if found else 0.0


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
