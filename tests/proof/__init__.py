"""The proof that an order is sent at most once: a checker, and everything that may go wrong."""
