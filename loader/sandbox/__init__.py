"""A local server that behaves as the vendor's order API does, for rehearsal and for tests.

It judges requests by the vendor's contract and guides, with code of its own: it imports nothing
of the loader's core, targets or schemas, or it would share the loader's mistakes.
"""

from loader.sandbox.faults import Fault
from loader.sandbox.identity import stored_identity
from loader.sandbox.server import Sandbox
from loader.sandbox.settings import EMAIL, PASSWORD, SandboxSettings

__all__ = ["EMAIL", "PASSWORD", "Fault", "Sandbox", "SandboxSettings", "stored_identity"]
