"""The command line as other programs and people meet it: real processes, a fresh home."""
