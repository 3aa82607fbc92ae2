// Which functions there are, and the way from JSON to C and back.

#ifndef CALLS_H
#define CALLS_H

#include <stddef.h>

#include "json.h"

struct definition {
  const char *name;
  const char *description;
  const char *input_schema;
  const char *output_schema;
};

enum outcome { DONE, UNKNOWN_FUNCTION, INVALID_ARGUMENTS };

// Every function, with the schemas of its arguments and its result.
extern const struct definition definitions[];
extern const size_t definition_count;

// Calls a function by its name. Appends its result as JSON, or what is wrong in words.
enum outcome call(struct text name, struct text arguments, struct text *out);

#endif
