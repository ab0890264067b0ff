"""Sources: files as people make them, and as nobody should."""
