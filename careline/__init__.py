"""The command `careline`: settings, command line, the supervisor of its processes."""
