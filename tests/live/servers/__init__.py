"""Real servers on this machine: how each is installed and started. They listen on 127.0.0.1 alone and end with the test run."""
