"""Words: text to tokens, and the tables of what words mean. Knows English and nothing of any dataset."""
