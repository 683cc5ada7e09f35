"""Canvas widget: an AI canvas for data analysts inside JupyterLab."""
