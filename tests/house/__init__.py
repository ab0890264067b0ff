"""Tests of the house: what the project asks of its own files, and how it is built and run."""
