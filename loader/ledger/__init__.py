"""Ledgers: what was meant, sent and concluded, durably, behind the port `Ledger`.

`sqlite` is the adapter for one machine. What may follow what stands in `rules` (pure, driven by
the arrows of the life cycle) and is shared by every adapter; so is `owner`, which tells whether
the process behind a claim is gone.
"""
