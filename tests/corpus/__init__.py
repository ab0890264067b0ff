"""Order files as people and programs make them, each with what must come of it.

A case is a name, the bytes of a file, and a verdict; one small table of cases per area. A case is
added as one entry of its table.
"""
