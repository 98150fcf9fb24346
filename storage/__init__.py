"""Tables, migrations, sessions, and the only SQL that knows its dialect."""
