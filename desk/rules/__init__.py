"""A team's rules: written, tried, carried out, logged and undone."""
