"""Benchmarks: ratios taken in one run, each beside its peer. They print, and judge nothing."""
