"""What a team does not want to be bothered with, kept all the same."""
