"""The declarations: what an order file may hold, each fact written once."""
