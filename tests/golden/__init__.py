"""Tests: see the modules."""
