"""The lexicon's rules: word lists as data, and what each find says for or against a label."""
