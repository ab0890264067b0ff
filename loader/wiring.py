"""The one place that names concrete adapters: which ledger, which API, which source and report."""

import os
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loader.core.errors import InputError, SignInError, UsageError
from loader.core.normalise import known_header
from loader.ports import Clock, Ledger, ReportFormat, Source, Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loader.core.correction import Correction
    from loader.core.mapping import Profile
    from loader.core.model import Catalogue, ReadOptions, Run
    from loader.targets.sign_in import Credentials, TokenStore

SANDBOX = "sandbox"
_IDENTITY_CAP = 4096  # bytes
_TOKEN_CAP = 16384  # bytes
_TOO_BUSY = frozenset({408, 425, 429})  # answers that say nothing of who answers
_PATIENCE = 5.0  # seconds for a server on this machine to say who it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to reach the API and the ledger. `timeout` in seconds, `rate` in requests per second.

    `token_file` holds an access token that somebody else keeps fresh. `watched` is False for a
    ledger that may be thrown away, because it holds rehearsals alone.
    """

    env: str
    ledger: str
    base_url: str | None = None
    concurrency: int = 4
    rate: float | None = None
    timeout: float = 30.0
    sign_in_field: str = "email"
    email: str | None = None
    password: str | None = None
    token_file: Path | None = None
    watched: bool = True


class SystemClock:
    """The machine's clocks."""

    def now(self) -> float:
        """Return Unix seconds."""
        return time.time()

    def ticks(self) -> float:
        """Return seconds that count sleep, where the system has such a clock."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if boot is None else time.clock_gettime(boot)


@dataclass(frozen=True, slots=True)
class Connection:
    """A reached API: `environment` is the name under which the ledger keeps its orders."""

    target: Target
    environment: str
    base_url: str


def source_for(path: Path) -> Source:
    """Return the source that reads this file, by its first bytes."""
    return source_knowing(known_header)(path)


def source_reading(options: "ReadOptions") -> Callable[[Path], Source]:
    """Return the choice of sources for files whose headers a mapping profile may know as well."""
    if (profile := options.profile) is None:
        return source_for
    return source_knowing(lambda text: profile.recognises(text) or known_header(text))


def source_knowing(known: Callable[[str], bool]) -> Callable[[Path], Source]:
    """Return the choice of sources for files whose headers `known` tells from other rows."""
    from loader.sources.detect import source_for as detect

    return lambda path: detect(path, known)


def mapping_profile(path: Path, batch: str | None, env: str) -> "Profile":
    """Read a mapping profile; `InputError` where it is wrong, `UsageError` for the batch.

    `env` is where the orders would go: persons are known in one environment alone.
    """
    from loader.core.mapping_profile import with_batch
    from loader.sources.known_people import with_people
    from loader.sources.mapping_file import read_profile

    return with_people(with_batch(read_profile(path), batch), env)


def mapping_as_written(path: Path) -> "Profile":
    """Read a mapping profile that files were read with before, to find their rows again."""
    from loader.sources.mapping_file import read_profile

    return read_profile(path)


# ------------------------------------------------------------------ reports
def html_report() -> ReportFormat:
    """Return the HTML report."""
    from loader.reporting.html import HtmlReport

    return HtmlReport()


def text_report(*, verbose: bool) -> ReportFormat:
    """Return the words for the terminal."""
    from loader.reporting.text import TextReport

    return TextReport(verbose=verbose)


def json_report() -> ReportFormat:
    """Return the document for other programs."""
    from loader.reporting.json_report import JsonReport

    return JsonReport()


def short_plan(run: "Run") -> str:
    """Return on one screen what a plan would do, to be asked about."""
    from loader.reporting.short_plan import short_plan as words

    return words(run)


def correction_file(found: "Correction", suffix: str) -> bytes:
    """Return what goes back to be corrected, as CSV or as a workbook, by the file's ending."""
    from loader.reporting.csv_return import correction_file as file

    return file(found, suffix)


def results_workbook(
    run: "Run", consumers: "Mapping[str, str]", inputs: "Sequence[Correction]"
) -> bytes:
    """Return the workbook of what became of each order."""
    from loader.reporting.workbook_results import results_workbook as workbook

    return workbook(run, consumers, inputs)


def template_workbook(catalogue: "Catalogue | None", *, wide: bool = False) -> bytes:
    """Return the empty order workbook, with the products of a catalogue."""
    from loader.reporting.template import template_workbook as workbook

    return workbook(catalogue, wide=wide)


# ------------------------------------------------------------------ ledger
def ledger_path(url: str) -> Path:
    """Return the file of a ledger URL; `UsageError` for what this version cannot open."""
    scheme, separator, rest = url.partition(":///")
    if scheme != "sqlite" or not separator or not rest:
        kind = url.partition(":")[0] if "://" in url else "a name without sqlite:///"
        raise UsageError(  # the rest may hold a password
            f"The ledger cannot be opened: {kind}.",
            hint="It is a file, --ledger sqlite:///PATH, or on a server, --ledger"
            " postgresql://USER@HOST/DATABASE",
        )
    return Path(rest).expanduser().absolute()


def open_ledger(url: str, clock: Clock, *, watched: bool = True, rebuild: bool = False) -> Ledger:
    """Open the ledger, making it if it does not exist yet.

    One that this machine remembers and that is missing, set back or copied is a `LedgerError`,
    unless it is to be rebuilt from the API. Not `watched` are ledgers that hold rehearsals alone.
    """
    from loader.ledger.postgres_url import is_postgres

    if is_postgres(url):
        from loader.ledger.postgres import PostgresLedger

        return PostgresLedger(url, clock)
    from loader.ledger.sqlite import SqliteLedger

    witness = _witness_folder() if watched else None
    return SqliteLedger(ledger_path(url), clock, witness=witness, rebuild=rebuild)


def _witness_folder() -> Path:
    """Return where this machine remembers its ledgers: not beside them."""
    from platformdirs import user_state_path

    return user_state_path("order-loader", appauthor=False) / "ledgers"


def ledger_exists(url: str) -> bool:
    """Return whether there is a ledger; one on a server is asked, and may be empty."""
    from loader.ledger.postgres_url import is_postgres

    return is_postgres(url) or ledger_path(url).exists()


def ledger_is_here(url: str) -> bool:
    """Return whether there is a ledger on this machine, that can be read without a connection."""
    from loader.ledger.postgres_url import is_postgres

    return not is_postgres(url) and ledger_path(url).exists()


@contextmanager
def known_ledger(url: str, clock: Clock) -> Iterator[Ledger | None]:
    """Open the ledger for a command that only looks; None where there is none, and none is made.

    One that is missing and was there before is said to be lost.
    """
    from loader.ledger.witness import Witness

    if not ledger_exists(url) and Witness(_witness_folder()).at(ledger_path(url)) is None:
        yield None
        return
    with closing(open_ledger(url, clock)) as ledger:
        yield ledger


def without_password(text: str) -> str:
    """Return text with the password of any PostgreSQL address in it taken out."""
    from loader.ledger.postgres_url import without_password as masked

    return masked(text)


def current_owner() -> str:
    """Return who claims here: host, process and its start."""
    from loader.ledger.owner import current_owner as owner

    return owner()


def is_gone(owner: str) -> bool | None:
    """Return whether the process of that name has ended; None where this host cannot tell."""
    from loader.ledger.owner import is_gone as gone

    return gone(owner)


def current_person() -> str:
    """Return the name of the system's user who runs this."""
    import getpass

    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name  # variables of the environment can be made up
    except (ImportError, KeyError):
        return getpass.getuser()


# ------------------------------------------------------------------ the API
@contextmanager
def connect(settings: Settings, clock: Clock) -> Iterator[Connection]:
    """Reach the API; for the sandbox without a base URL, start it for the command's duration."""
    from loader.targets.endpoints import HOSTS, checked_base_url
    from loader.targets.endpoints import Settings as TargetSettings
    from loader.targets.okcapsule import OkCapsule

    with ExitStack() as stack:
        base_url = settings.base_url or HOSTS.get(settings.env)
        embedded = base_url is None
        if base_url is None:
            base_url = stack.enter_context(_embedded(sandbox_folder(settings.ledger)))
        base_url = checked_base_url(base_url, settings.env)
        identity = _sandbox_identity(base_url) if base_url.startswith("http://") else None
        if settings.env == SANDBOX and identity is None:
            raise _no_answer(base_url)
        tokens = None if embedded else _tokens(settings)
        target = OkCapsule(
            TargetSettings(
                base_url=base_url, concurrency=settings.concurrency, rate=settings.rate,
                timeout=settings.timeout,
                sign_in_field="username" if settings.sign_in_field == "username" else "email",
            ),
            _credentials(settings, rehearsal=identity is not None, embedded=embedded),
            clock, tokens=tokens, tls=ssl.create_default_context(),
        )  # fmt: skip
        # A server that says it is a sandbox is kept apart, whatever it is called: a rehearsal
        # under the name of production must never make a real order look sent.
        environment = settings.env if identity is None else f"{SANDBOX}:{identity}"
        yield Connection(target, environment, base_url)


def _credentials(settings: Settings, *, rehearsal: bool, embedded: bool) -> "Credentials | None":
    """Return who signs in; None where a token file stands for it."""
    from loader.sandbox import EMAIL, PASSWORD
    from loader.targets.sign_in import Credentials

    # Credentials of stage or production never go to the sandbox that we start ourselves.
    if settings.email and settings.password and not embedded:
        return Credentials(settings.email, settings.password)
    if settings.token_file and not embedded:
        return None
    if rehearsal:
        return Credentials(EMAIL, PASSWORD)
    raise SignInError(
        f"Nobody is signed in to {settings.env}.",
        hint="Set ORDER_LOADER_EMAIL and ORDER_LOADER_PASSWORD; stage and production have"
        " credentials of their own.",
    )


def _tokens(settings: Settings) -> "TokenStore | None":
    from loader.targets.sign_in import LONGEST_LIFE, MemoryTokens, Tokens

    if settings.token_file is None:
        return None
    try:
        with settings.token_file.open("rb") as file:
            token = file.read(_TOKEN_CAP).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if not token:
        raise InputError(
            f"The token file {settings.token_file} cannot be read, or is empty.",
            hint="ORDER_LOADER_TOKEN_FILE names a file that holds an access token alone.",
        )
    store = MemoryTokens()
    store.save(Tokens(access=token, refresh="", renew_at=time.time() + LONGEST_LIFE))
    return store


# ------------------------------------------------------------------ the sandbox
def sandbox_folder(ledger: str) -> Path:
    """Return where the sandbox keeps its state: beside the ledger, or in the user's data."""
    from loader.ledger.postgres_url import is_postgres

    if is_postgres(ledger):
        from platformdirs import user_data_path

        return user_data_path("order-loader", appauthor=False) / SANDBOX
    return ledger_path(ledger).parent / SANDBOX


def known_environment(settings: Settings, *, ask: bool) -> str | None:
    """Return the environment's name in the ledger without signing in; None where not known.

    Where `ask`, a base URL on this machine is asked whether it is a sandbox, and which.
    """
    from loader.sandbox import stored_identity
    from loader.targets.endpoints import checked_base_url

    identity = None
    if settings.base_url is not None:
        base_url = checked_base_url(settings.base_url, settings.env)
        if ask and base_url.startswith("http://"):
            identity = _sandbox_identity(base_url)
            if identity is None and settings.env == SANDBOX:
                raise _no_answer(base_url)  # never those of another sandbox instead
    if identity is None and settings.env == SANDBOX:
        identity = stored_identity(sandbox_folder(settings.ledger))
    if identity is not None:
        return f"{SANDBOX}:{identity}"
    return None if settings.env == SANDBOX else settings.env


@contextmanager
def _embedded(folder: Path) -> Iterator[str]:
    from loader.sandbox import Sandbox

    with Sandbox(folder) as sandbox:
        yield sandbox.base_url


def _sandbox_identity(base_url: str) -> str | None:
    """Ask a server on this machine whether it is a sandbox, and which; None where it says no.

    `InputError` where it does not say: a rehearsal must never be kept as orders of production.
    """
    import httpx
    import orjson

    try:
        with httpx.Client(trust_env=False, timeout=_PATIENCE, follow_redirects=False) as client:
            answer = client.get(f"{base_url}/_sandbox/identity")
    except httpx.HTTPError:
        raise _no_answer(base_url) from None
    if answer.status_code == 200:
        with suppress(ValueError, KeyError, TypeError):
            return str(orjson.loads(answer.content[:_IDENTITY_CAP])["identity"])
    if answer.status_code in _TOO_BUSY or answer.status_code >= 500:
        raise _no_answer(base_url)
    return None  # another page, or none of that name


def _no_answer(base_url: str) -> InputError:
    return InputError(
        f"No sandbox answers at {base_url}, or it is too slow to say that it is one.",
        hint="Start one with `order-loader sandbox` and wait until it answers, or leave --base-url"
        " out.",
    )
