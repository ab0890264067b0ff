"""When a run has to stop: counted over all senders, said in words for the person who reads it."""

from dataclasses import dataclass, field

from loader.core.lifecycle import Verdict
from loader.ports import Reply

UNKNOWN_IN_A_ROW = 3
CONNECT_FAILURES_IN_A_ROW = 5
LONGEST_PAUSE = 300.0  # seconds
FEWEST_RETRIES = 10
RETRY_SHARE = 10  # one retry in ten requests


@dataclass(slots=True)
class Brake:
    """`why` is "" while the run may go on. `asked` is set by the first Ctrl-C."""

    why: str = ""
    sign_in_refused: bool = False
    sent: int = 0
    _unknown: int = field(default=0, repr=False)
    _unreached: int = field(default=0, repr=False)
    _retries: int = field(default=0, repr=False)

    def pull(self, why: str) -> None:
        """Stop the run; the first reason stays."""
        self.why = self.why or why

    def count(self, reply: Reply) -> None:
        """Take a reply into account."""
        self.sent += reply.sent
        self._unknown = self._unknown + 1 if reply.verdict is Verdict.UNKNOWN else 0
        self._unreached = self._unreached + 1 if reply.connect_failed else 0
        if reply.stop:
            self.pull(f"The API does not let this account go on: {reply.message}")
        if self._unknown >= UNKNOWN_IN_A_ROW:
            self.pull(
                f"{UNKNOWN_IN_A_ROW} orders in a row ended with an unknown outcome"
                f" ({reply.message})"
            )
        if self._unreached >= CONNECT_FAILURES_IN_A_ROW:
            self.pull(f"The API could not be reached {self._unreached} times ({reply.message})")
        if reply.verdict is Verdict.DEFERRED:
            self._retries += 1
            if self._retries > max(FEWEST_RETRIES, self.sent / RETRY_SHARE):
                self.pull(f"Too many requests had to be repeated ({reply.message})")

    def check_pause(self, seconds: float) -> None:
        """Stop rather than wait for longer than a person would."""
        if seconds > LONGEST_PAUSE:
            self.pull(f"The API asks for a pause of {seconds / 60:.0f} minutes")
