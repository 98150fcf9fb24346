"""How cases end, whether it held, and what solved them."""
