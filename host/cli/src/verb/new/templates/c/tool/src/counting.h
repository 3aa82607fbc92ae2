// What this tool does, without any JSON or host around it.

#ifndef COUNTING_H
#define COUNTING_H

#include <stdint.h>

#include "json.h"

struct counts {
  // Parts of the text that stand between ASCII white space.
  uint64_t words;
  // Lines, the last one with or without an end of line.
  uint64_t lines;
};

// Counts the words and lines of a text.
struct counts count(struct text text);

#endif
