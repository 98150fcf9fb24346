"""The lists that people work from, and the marks that say when to draw them anew."""
