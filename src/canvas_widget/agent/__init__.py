"""The agent: a prompt becomes tool calls on a workspace, and an answer."""
