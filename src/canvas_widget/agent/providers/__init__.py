"""Sources of completions, each behind the port of `canvas_widget.agent.stream`."""
