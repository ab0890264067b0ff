"""Workbooks as a clinic uses them: written, corrected, saved by another program, given back."""
