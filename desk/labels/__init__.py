"""What engines and people say of mentions, and what is learnt from it."""
