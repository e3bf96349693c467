"""One measure per file: for each record it is about, a number between 0 and 1 (None: it is not about this one)."""
