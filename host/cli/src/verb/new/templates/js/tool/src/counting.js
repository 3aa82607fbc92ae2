// What this tool does, without any JSON or host around it.

/** Counts the words of a text, and its lines: the last one with or without an end of line. */
export function count(text) {
  const words = text.split(/\s+/).filter((word) => word !== '').length;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { words, lines: lines.length };
}
