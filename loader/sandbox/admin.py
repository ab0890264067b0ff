"""The surface under /_sandbox/, for tests and people: no sign-in, never part of the truth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loader.sandbox.back_office import BackOffice
from loader.sandbox.faults import Fault, FaultBook
from loader.sandbox.messages import Json, Reply, Request, json_reply
from loader.sandbox.state import State
from loader.sandbox.truth import Truth

PREFIX = "/_sandbox/"


@dataclass(frozen=True, slots=True)
class Admin:
    """What the surface can reach."""

    state: State
    truth: Truth
    book: FaultBook
    back_office: BackOffice
    defects: list[str]

    def answer(self, request: Request) -> Reply:
        """Return the reply to one request under the prefix."""
        if problem := request.malformed or request.problem:
            return json_reply(problem.status, problem.body("contract"))
        name = request.path.removeprefix(PREFIX)
        actions: dict[tuple[str, str], Callable[[Json], Json]] = {
            ("GET", "identity"): lambda _: {"identity": self.state.identity},
            ("GET", "truth"): lambda _: {"truth": self.truth.records()},
            ("GET", "defects"): lambda _: {"defects": self.defects},
            ("GET", "faults"): lambda _: {"faults": self.book.armed()},
            ("POST", "faults"): self._add_faults,
            ("DELETE", "faults"): lambda _: self._clear_faults(),
            ("POST", "nightly"): lambda _: self.back_office.run_nightly(),
            ("POST", "advance"): self.back_office.advance,
            ("POST", "reset"): lambda _: self._reset(),
            ("GET", "orders/count"): lambda _: {"count": self._count()},
        }
        action = actions.get((request.method, name))
        if action is None:
            known = ", ".join(f"{method} {PREFIX}{path}" for method, path in actions)
            return json_reply(404, {"error": {"message": f"Here are: {known}"}})
        try:
            return json_reply(200, action(request.document))
        except ValueError as error:
            return json_reply(422, {"error": {"message": str(error)}})

    def _add_faults(self, given: Json) -> dict[str, Any]:
        items = given if isinstance(given, list) else [given]
        self.book.add([Fault.from_mapping(item) for item in items])
        return {"faults": self.book.armed()}

    def _clear_faults(self) -> dict[str, Any]:
        self.book.clear()
        return {"faults": []}

    def _reset(self) -> dict[str, Any]:
        self.book.clear()
        self.state.reset()
        return {"identity": self.state.identity}

    def _count(self) -> int:
        """Count what is stored, invisible orders and twins included, deleted ones not."""
        count: int = self.state.rows("SELECT count(*) FROM orders WHERE NOT deleted")[0][0]
        return count
