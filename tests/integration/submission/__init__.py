"""Sending for real: a ledger on disk, a sandbox behind its socket, faults on demand."""
