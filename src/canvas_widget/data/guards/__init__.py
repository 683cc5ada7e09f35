"""What a query and a chart spec may hold. Everything passes here before it is run, drawn or kept."""
