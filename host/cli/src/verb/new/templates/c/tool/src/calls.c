// The functions of this tool: one entry in the table and one branch each.

#include "calls.h"

#include <stdbool.h>
#include <string.h>

#include "counting.h"

const struct definition definitions[] = {
    {
        .name = "count",
        .description = "Counts the words and lines of a text.",
        .input_schema = "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\","
                        "\"description\":\"What to count in.\"}},\"required\":[\"text\"],"
                        "\"additionalProperties\":false}",
        .output_schema = "{\"type\":\"object\",\"properties\":{\"words\":{\"type\":\"integer\"},"
                         "\"lines\":{\"type\":\"integer\"}},\"required\":[\"words\",\"lines\"],"
                         "\"additionalProperties\":false}",
    },
};
const size_t definition_count = sizeof definitions / sizeof definitions[0];

static void append_counts(struct text *out, struct counts counts) {
  text_append_words(out, "{\"words\":");
  json_append_number(out, counts.words);
  text_append_words(out, ",\"lines\":");
  json_append_number(out, counts.lines);
  text_append_words(out, "}");
}

static bool is_named(struct text name, const char *wanted) {
  return name.length == strlen(wanted) && memcmp(name.bytes, wanted, name.length) == 0;
}

enum outcome call(struct text name, struct text arguments, struct text *out) {
  if (!is_named(name, "count")) {
    text_append_words(out, "there is no function ");
    text_append(out, name.bytes, name.length);
    return UNKNOWN_FUNCTION;
  }
  struct member text = {.key = "text"};
  const char *wrong = json_read(arguments.bytes, arguments.length, &text, 1);
  if (wrong == NULL) {
    append_counts(out, count(text.value));
  } else {
    text_append_words(out, wrong);
  }
  json_free(&text, 1);
  return wrong == NULL ? DONE : INVALID_ARGUMENTS;
}
