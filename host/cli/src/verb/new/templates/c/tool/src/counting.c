// Counts words and lines in one pass.

#include "counting.h"

#include <ctype.h>
#include <stdbool.h>

struct counts count(struct text text) {
  struct counts counts = {0};
  bool in_word = false;
  for (size_t i = 0; i < text.length; i++) {
    bool is_space = isspace((unsigned char)text.bytes[i]);
    counts.words += !is_space && !in_word;
    counts.lines += text.bytes[i] == '\n';
    in_word = !is_space;
  }
  counts.lines += text.length > 0 && text.bytes[text.length - 1] != '\n';
  return counts;
}
