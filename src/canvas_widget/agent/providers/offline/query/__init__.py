"""What a data request is read as: the query, the datasets under it, and SQL for what the tools cannot say."""
