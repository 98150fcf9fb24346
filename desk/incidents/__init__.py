"""One cause that many customers write about."""
