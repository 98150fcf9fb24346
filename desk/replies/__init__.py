"""Answers from the first word to the proof that they stand on their platform."""
