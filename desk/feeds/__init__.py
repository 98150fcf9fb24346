"""What a workspace listens to, and how well it hears."""
