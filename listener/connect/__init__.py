"""Consent: how a credential comes to tokens that its platform gives and takes away, and where they are kept."""
