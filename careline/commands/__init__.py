"""The commands of `careline`, one noun a file."""
