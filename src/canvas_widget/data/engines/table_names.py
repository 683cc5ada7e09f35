"""The name of a table as a user writes it, taken apart."""

from __future__ import annotations

from canvas_widget.errors import InvalidArgument

__all__ = ["parts_of"]


def parts_of(table: str) -> list[str]:
    """`schema."My table"` as its parts; quotes are removed."""
    parts: list[str] = []
    part, quoted = "", False
    position = 0
    while position < len(table):
        character = table[position]
        if character == '"' and quoted and table[position + 1 : position + 2] == '"':
            part, position = part + '"', position + 1
        elif character == '"':
            quoted = not quoted
        elif character == "." and not quoted:
            parts, part = [*parts, part], ""
        else:
            part += character
        position += 1
    found = [each.strip() for each in (*parts, part)]
    if quoted or not all(found) or len(found) > 3 or "\0" in table:
        raise InvalidArgument(f'"{table:.80}" is no name of a table. Write sales, public.sales or "My table".')
    return found
