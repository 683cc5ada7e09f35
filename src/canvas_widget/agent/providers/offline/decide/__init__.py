"""Completes a query: the chart and aggregate that fit, what was only guessed, what nothing has read."""
