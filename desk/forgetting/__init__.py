"""The right to be forgotten, and how long what is kept."""
