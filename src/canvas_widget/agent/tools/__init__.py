"""What the agent can do: typed tools, one file per group, that call the workspace and nothing else."""

from canvas_widget.agent.tools.base import Arguments, NoArguments, Tool, ToolContext, ToolOutput
from canvas_widget.agent.tools.registry import DEFAULT_TOOLS, Toolbox

__all__ = ["DEFAULT_TOOLS", "Arguments", "NoArguments", "Tool", "ToolContext", "ToolOutput", "Toolbox"]
