"""The report in a real browser: what a person sees, clicks and prints."""
