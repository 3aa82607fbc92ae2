"""What this tool does, without any JSON or host around it."""


def count(text: str) -> dict[str, int]:
    """Counts the words of a text, and its lines: the last one with or without an end of line."""
    lines = text.count("\n") + (text != "" and not text.endswith("\n"))
    return {"words": len(text.split()), "lines": lines}
