"""Cases: how they come to be, what people do with them, and when an answer is due."""
