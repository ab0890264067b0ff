"""Files that nobody thought of: the corpus mutated, and the nastiest ones under limits."""
