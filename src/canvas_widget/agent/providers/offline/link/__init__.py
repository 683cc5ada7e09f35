"""Links words to datasets, columns and cells, and datasets to each other by their keys."""
