"""What somebody or some other program must be told or asked."""
