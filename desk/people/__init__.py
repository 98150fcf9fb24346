"""Who works here: sign-in, roles, teams, shifts, and who is given which case."""
