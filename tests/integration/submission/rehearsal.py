"""A clinic's machine and a sandbox, and what must hold of both after anything has happened."""

import asyncio
import contextlib
import csv
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from loader import wiring
from loader.app import reconciling, resuming, submitting
from loader.app.planning import Job, plan
from loader.core.lifecycle import State
from loader.core.model import Account, Catalogue, Run
from loader.ledger.sqlite import SqliteLedger
from loader.ports import Clock, Entry, Ledger
from loader.sandbox import EMAIL, PASSWORD, Fault, Sandbox
from loader.sandbox.messages import Json

PRODUCT = "00000000-0000-4000-8000-000000000101"
HEADERS = ("Order ID", "First name", "Last name", "Street", "City", "Country", "Product ID",
           "Serving", "Standalone ID", "Quantity", "accept", "replaces",
           "client_custom_order_id")  # fmt: skip
NOTHING_MADE = frozenset({State.REFUSED, State.DEFERRED, State.PLANNED, State.CLAIMED})

Answer = TypeVar("Answer")
Row = dict[str, str]


def row(key: str, number: int = 0, **cells: str) -> Row:
    """Return a row that is an order of its own, of a person of its own."""
    return {
        "Order ID": key, "First name": "Ada", "Last name": f"Example {key}{number or ''}",
        "Street": "1 Sample Street", "City": "Sampleton", "Country": "United States",
        "Product ID": PRODUCT, **{name.replace("_", " "): text for name, text in cells.items()},
    }  # fmt: skip


def rows(count: int, prefix: str = "R") -> list[Row]:
    """Return orders with the keys R001, R002 and so on."""
    return [row(f"{prefix}{number:03}") for number in range(1, count + 1)]


def body(message: str = "no") -> dict[str, Any]:
    """Return an error body as the API's contract has it."""
    return {"error": {"message": message}}


def create(what: str, when: str = "before", key: str = "*", **more: Json) -> Fault:
    """Return a fault of a create."""
    return Fault(what=what, when=when, key=key, operation="create", **more)  # type: ignore[arg-type]  # checked by Fault itself


def answer(status: int, key: str = "*", when: str = "before", **more: Json) -> Fault:
    """Return the fault that answers a create with this status and the API's own error body."""
    return create("status", when, key, status=status, **{"body": body(), **more})


def refused_sign_in() -> list[Fault]:
    """Return faults that let nobody sign in any more."""
    said = {"error": {"message": "no"}}
    return [
        Fault(what="status", status=401, body=said, operation="refresh", times=-1),
        Fault(what="status", status=401, body=said, operation="token", times=-1),
    ]


@dataclass(slots=True)
class Rehearsal:
    """One machine with one ledger, against one sandbox; each call is a command of its own."""

    folder: Path
    sandbox: Sandbox
    concurrency: int = 2
    timeout: float = 1.0
    env: str = "sandbox"
    email: str = EMAIL
    password: str = PASSWORD
    patience: float = 10.0  # of the ledger, in seconds
    clock: Clock = field(default_factory=wiring.SystemClock)  # of those who send
    _runs: int = field(default=0, repr=False)

    # ------------------------------------------------------------- commands
    def file(self, orders: Sequence[Row], name: str = "orders.csv") -> Path:
        """Write an order file."""
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, HEADERS, restval="")
            writer.writeheader()
            writer.writerows(orders)
        return path

    def plan(self, path: Path, accepted: frozenset[str] = frozenset()) -> tuple[Run, Catalogue]:
        """Plan a file."""
        return self.do(lambda ledger, api: self._plan(ledger, api, path, accepted))

    def submit(
        self, orders: Sequence[Row] | Path, *, accepted: frozenset[str] = frozenset(),
        between: Callable[[], object] = lambda: None,
    ) -> Run:  # fmt: skip
        """Plan and send, as `submit --yes` does; `between` happens in between."""
        path = orders if isinstance(orders, Path) else self.file(orders)

        async def work(ledger: Ledger, api: wiring.Connection) -> Run:
            run, _ = await self._plan(ledger, api, path, accepted)
            between()
            return await submitting.submit(run, self.means(ledger, api))

        return self.do(work)

    def send(self, run: Run) -> Run:
        """Send what was planned, as `submit PLAN` does."""
        return self.do(lambda ledger, api: submitting.submit(run, self.means(ledger, api)))

    def resume(self, run_id: str | None = None, *, refused: bool = False) -> Run | None:
        """Resume one run or all; None where nothing is unfinished."""

        async def work(ledger: Ledger, connection: wiring.Connection) -> Run | None:
            account = Account(connection.environment, await connection.target.account_id())
            found = resuming.unfinished(ledger, account, run_id, self.new_run_id(), refused=refused)
            if found is None:
                return None
            return await resuming.resume(found, self.means(ledger, connection), refused=refused)

        return self.do(work)

    def reconcile(self, *, everything: bool = False) -> Run:
        """Look up what is unknown; with `everything`, compare with all that the API lists."""

        async def work(ledger: Ledger, connection: wiring.Connection) -> Run:
            account = Account(connection.environment, await connection.target.account_id())
            run = Run(
                command="reconcile", run_id=self.new_run_id(), env=self.env,
                base_url=connection.base_url, started_at=0.0, account=account,
            )  # fmt: skip
            means = self.means(ledger, connection)
            return await reconciling.reconcile(run, account, means, everything=everything)

        return self.do(work)

    def do(self, work: Callable[[Ledger, wiring.Connection], Awaitable[Answer]]) -> Answer:
        """Open the ledger and the connection, work, and close both."""

        async def session() -> Answer:
            settings = self.settings
            with (
                self.ledger() as ledger,
                wiring.connect(settings, wiring.SystemClock()) as connection,
            ):
                try:
                    return await work(ledger, connection)
                finally:
                    await connection.target.aclose()

        return asyncio.run(session())

    # ------------------------------------------------------------- what it is made of
    @property
    def settings(self) -> wiring.Settings:
        """How the machine reaches ledger and API."""
        return wiring.Settings(
            env=self.env, ledger=f"sqlite:///{self.folder / 'ledger.sqlite3'}",
            base_url=self.sandbox.base_url, concurrency=self.concurrency, timeout=self.timeout,
            email=self.email, password=self.password,
        )  # fmt: skip

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open the machine's ledger."""
        path = wiring.ledger_path(self.settings.ledger)
        ledger = SqliteLedger(path, wiring.SystemClock(), patience=self.patience)
        with contextlib.closing(ledger):
            yield ledger

    async def _plan(
        self, ledger: Ledger, api: wiring.Connection, path: Path, accepted: frozenset[str]
    ) -> tuple[Run, Catalogue]:
        job = Job(
            command="plan", run_id=self.new_run_id(), env=self.env, base_url=api.base_url,
            paths=(path,), accepted=accepted,
        )  # fmt: skip
        return await plan(
            job, wiring.source_for, wiring.SystemClock(), ledger, api.target, api.environment,
            abreast=self.concurrency,
        )  # fmt: skip

    def means(self, ledger: Ledger, connection: wiring.Connection) -> submitting.Means:
        """Return what sending needs."""
        return submitting.Means(
            ledger=ledger, target=connection.target, clock=self.clock,
            owner=wiring.current_owner(), concurrency=self.concurrency, timeout=self.timeout,
        )  # fmt: skip

    def new_run_id(self) -> str:
        """Return a run id that was not there before."""
        self._runs += 1
        return f"run_{self._runs:03}"

    # ------------------------------------------------------------- what is known
    def entries(self) -> dict[str, Entry]:
        """Return the ledger's entries by key."""
        return entries_of(self)

    def states(self) -> dict[str, str]:
        """Return the state of every key in the ledger."""
        return {key: entry.state.value for key, entry in self.entries().items()}

    def posts(self, key: str | None = None) -> int:
        """Return how many creates the sandbox saw, of one key or of all."""
        return sum(
            one["operation"] == "create" and key in (None, one["source_client_order_id"])
            for one in self.sandbox.truth()
        )

    def made(self) -> Counter[str]:
        """Return how many orders the sandbox made of every key, by its own record."""
        return made_of(self.sandbox)


def made_of(sandbox: Sandbox) -> Counter[str]:
    """Return how many orders a sandbox made of every key."""
    return Counter(
        one["source_client_order_id"] for one in sandbox.truth() for _ in one["committed_order_ids"]
    )


def entries_of(rehearsal: Rehearsal) -> dict[str, Entry]:
    """Return the ledger's entries of the sandbox's account by key."""
    with rehearsal.ledger() as ledger:
        accounts = {run.account for run in ledger.list_runs() if run.account}
        return {entry.key: entry for account in accounts for entry in ledger.find(account)}


def results(run: Run) -> dict[str, str]:
    """Return the result of every order of a run."""
    return {order.key: order.result.value for order in run.orders}


# ------------------------------------------------------------------ what always holds
def check(rehearsal: Rehearsal) -> None:
    """Compare the machine's ledger with the sandbox's own record of what happened.

    The numbers are those of the invariants of the exactly-once protocol.
    """
    assert rehearsal.sandbox.defects == []
    entries, made = rehearsal.entries(), rehearsal.made()
    assert {key: count for key, count in made.items() if count > 1} == {}, "I1"
    committed = {
        one["source_client_order_id"]: one["committed_order_ids"]
        for one in rehearsal.sandbox.truth()
        if one["committed_order_ids"]
    }
    for key, entry in entries.items():
        if entry.state is State.CREATED:
            assert committed.get(key) == [entry.order_id], f"I2: {key}"
        if entry.state in NOTHING_MADE:
            assert key not in committed, f"I3: {key} is {entry.state}"
    burnt = burns(rehearsal)
    sent = [
        one
        for one in rehearsal.sandbox.truth()
        if one["operation"] == "create" and str(one["request_id"]).startswith("att_")
    ]
    assert len({one["request_id"] for one in sent}) == len(sent), "I6"
    for one in sent:
        fingerprint, burnt_at = burnt[one["request_id"]]  # I4: no request without its burn
        assert burnt_at <= one["received_at"], "I4"
        assert fingerprint == f"1:{one['body_sha256']}", "I5"


def burns(rehearsal: Rehearsal) -> dict[str, tuple[str, float]]:
    """Return fingerprint and time of every attempt that the ledger has burnt."""
    path = rehearsal.folder / "ledger.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as ledger:
        found = ledger.execute("SELECT attempt, fingerprint, burnt_at FROM attempt").fetchall()
    return {attempt: (fingerprint, burnt_at) for attempt, fingerprint, burnt_at in found}
