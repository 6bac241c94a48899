"""Tables in Markdown."""


def table(head: list[str], rows: list[list[str]]) -> str:
    """A last column that is empty everywhere is left out."""
    if rows and not any(row[-1] for row in rows):
        head, rows = head[:-1], [row[:-1] for row in rows]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
