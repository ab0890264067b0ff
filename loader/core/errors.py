"""Errors: we cannot go on.

Bad data is a finding, never an exception.

LoaderError                     message, hint, code, exit_code
├── UsageError            2     the command was not called as it can be
├── InputError            3     a file, mapping or setting cannot be read
│   └── HeaderBelow       3     the header stands below other rows
├── SignInError           4     sign-in needed or refused
├── StoppedEarly          5     stopped cleanly; the rest can be resumed
├── StalePlan             7     what the plan was made from has changed
├── LedgerBusy            7     another run holds the lock
├── LedgerError           3     the ledger cannot be opened, is damaged or newer than us
└── Defect                70    our own bookkeeping does not add up

Messages and hints hold no personal data: they reach terminals and logs unmasked.
"""

from typing import ClassVar


class LoaderError(Exception):
    """What stops a command, in words for the person who ran it."""

    code: ClassVar[str] = "ERROR"
    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LoaderError):
    """The command was not called as it can be."""

    code = "USAGE"
    exit_code = 2


class InputError(LoaderError):
    """A file, mapping or setting cannot be read; nothing was sent."""

    code = "INPUT"
    exit_code = 3


class HeaderBelow(InputError):
    """The header stands below other rows: `row` is where it seems to be."""

    def __init__(self, message: str, *, hint: str = "", row: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.row = row


class SignInError(LoaderError):
    """Credentials are missing or were refused."""

    code = "SIGN-IN"
    exit_code = 4


class StoppedEarly(LoaderError):
    """The run stopped cleanly before its end and can be resumed."""

    code = "STOPPED"
    exit_code = 5


class StalePlan(LoaderError):
    """Something that the plan was made from has changed since."""

    code = "STALE-PLAN"
    exit_code = 7


class LedgerBusy(LoaderError):
    """Another run holds this ledger's lock for the account."""

    code = "LEDGER-BUSY"
    exit_code = 7


class LedgerError(LoaderError):
    """The ledger cannot be opened, is damaged, or was written by a newer version."""

    code = "LEDGER"
    exit_code = 3


class Defect(LoaderError):
    """Our own bookkeeping does not add up: a bug, said plainly instead of hidden."""

    code = "DEFECT"
    exit_code = 70
