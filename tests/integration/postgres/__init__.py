"""The PostgreSQL ledger and several workers, on real servers and real sockets."""
