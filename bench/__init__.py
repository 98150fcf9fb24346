"""Measurements: each figure stands beside its floor or peer from the same run."""
