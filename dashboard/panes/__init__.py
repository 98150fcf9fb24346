"""The parts of the Queue page."""
