"""Text in a graph of Mermaid."""


def quoted(words: str) -> str:
    """A label in which nothing can end it or be read as markup."""
    safe = "".join(c if c.isalnum() or c in " ._-/:(),*" else f"#{ord(c)};" for c in words)
    return f'"{safe}"'
