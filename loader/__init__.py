"""Declarative batch order loader for the OK Capsule API: files in, reports out."""

__version__ = "0.1.0"
