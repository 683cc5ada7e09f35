"""What answers cost: prices, a session's book of them, and its budget."""
