"""What is counted: times, moods and endings, each figure with the rows behind it."""
