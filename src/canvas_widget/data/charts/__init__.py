"""From a chart's typed request to its query, and from the result to the spec that draws it."""
