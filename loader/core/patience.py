"""How long a run waits, and how often it repeats: for those who send and those who count alike."""

LONGEST_PAUSE = 300.0  # seconds; a longer one stops the run
LONGEST_WAIT = 3600.0  # seconds; no reply holds anybody back for longer, whatever it asks for
SPREAD = 2.0  # seconds over which those who waited for the end of a pause come back
_FEWEST_RETRIES = 10
_RETRY_SHARE = 10  # one retry in ten requests


def retries_allowed(requests: int) -> int:
    """Return how many of so many requests may be repetitions."""
    return max(_FEWEST_RETRIES, requests // _RETRY_SHARE)
