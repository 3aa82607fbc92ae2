// What the tool does and how it is called, natively: `make test`.

#undef NDEBUG
#include "../src/calls.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../src/counting.h"

static struct text text(const char *words) { return (struct text){(char *)words, strlen(words)}; }

static void is_counted(const char *words, uint64_t word_count, uint64_t line_count) {
  struct counts counts = count(text(words));
  assert(counts.words == word_count && counts.lines == line_count);
}

static void is_answered(const char *name, const char *arguments, enum outcome outcome, const char *wanted) {
  struct text out = {0};
  assert(call(text(name), text(arguments), &out) == outcome);
  assert(out.length == strlen(wanted) && memcmp(out.bytes, wanted, out.length) == 0);
  free(out.bytes);
}

int main(void) {
  is_counted("", 0, 0);
  is_counted("one", 1, 1);
  is_counted(" one  two\nthree\n", 3, 2);
  is_counted("\n\n", 0, 2);

  is_answered("count", "{\"text\":\"one two\\nthree\"}", DONE, "{\"words\":3,\"lines\":2}");
  is_answered("count", "{}", INVALID_ARGUMENTS, "a key is missing");
  is_answered("counts", "{}", UNKNOWN_FUNCTION, "there is no function counts");
  for (size_t i = 0; i < definition_count; i++) {
    is_answered(definitions[i].name, "", INVALID_ARGUMENTS, "an object was expected");
  }
  return 0;
}
