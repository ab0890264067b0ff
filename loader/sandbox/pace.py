"""The rate limit: a fixed window per server, with the vendor's headers."""

import math
import threading
import time
from datetime import UTC, datetime

from loader.sandbox.refusals import Refusal
from loader.sandbox.settings import SandboxSettings


class Pace:
    """Counts requests; without a limit it does nothing."""

    def __init__(self, settings: SandboxSettings) -> None:
        """Open the first window."""
        self._settings = settings
        self._lock = threading.Lock()
        self._ends = 0.0
        self._used = 0

    def take(self) -> dict[str, str]:
        """Count one request and return the headers of its reply.

        Raises:
            Refusal: the 429, with Retry-After, where the window is used up.
        """
        limit = self._settings.rate_limit
        if limit is None:
            return {}
        with self._lock:
            now = time.time()
            if now >= self._ends:
                self._ends, self._used = now + self._settings.rate_window, 0
            self._used += 1
            used, ends = self._used, self._ends
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(limit - used, 0)),
            "X-RateLimit-Reset": datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if used > limit:
            headers["Retry-After"] = str(max(math.ceil(ends - now), 1))
            raise Refusal(429, "Too many requests", headers=headers)
        return headers
