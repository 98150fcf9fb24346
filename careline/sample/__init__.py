"""The sample workspace: a fictional brand, its texts, and a pure function of time that says when each was posted."""
