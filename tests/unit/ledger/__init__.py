"""What belongs to the SQLite ledger alone; what every ledger must do is in the port's suite."""
