"""The care team's rules: plain functions over a session, no other I/O."""
