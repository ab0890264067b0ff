"""The sandbox over real sockets: its rules, its faults, its ground truth."""
