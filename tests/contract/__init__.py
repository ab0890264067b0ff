"""Contract: one suite per port, passed by every adapter behind it."""
