"""The use cases' own parts, where a whole command would be too coarse to tell what holds."""
