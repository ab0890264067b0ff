"""Targets: APIs that take orders. One file per API; what they share is beside it."""
