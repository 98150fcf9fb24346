"""Pulls posts from sources and delivers replies to them."""
