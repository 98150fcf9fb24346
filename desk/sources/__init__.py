"""What each source is like: what it takes, charges and allows, and what the board asks for a feed of it."""
