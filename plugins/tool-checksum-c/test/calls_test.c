// The way from JSON to the functions and back, natively: `make test`.

#undef NDEBUG
#include "../src/calls.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct text text(const char *words) { return (struct text){(char *)words, strlen(words)}; }

static void is_answered(const char *name, const char *arguments, enum outcome outcome, const char *wanted) {
  struct text out = {0};
  assert(call(text(name), text(arguments), &out) == outcome);
  assert(out.length == strlen(wanted) && memcmp(out.bytes, wanted, out.length) == 0);
  free(out.bytes);
}

int main(void) {
  is_answered("crc32", "{\"text\":\"123456789\"}", DONE, "{\"checksum\":\"cbf43926\"}");
  is_answered("adler32", "{\"text\":\"Wikipedia\"}", DONE, "{\"checksum\":\"11e60398\"}");
  is_answered("adler32", "{\"text\":\"\"}", DONE, "{\"checksum\":\"00000001\"}");
  is_answered("base64_encode", "{\"text\":\"a\\u00e9\"}", DONE, "{\"text\":\"YcOp\"}");
  is_answered("base64_decode", "{\"text\":\"YcOp\"}", DONE, "{\"text\":\"a\xc3\xa9\"}");
  is_answered("base64_decode", "{\"text\":\"Yc\"}", INVALID_ARGUMENTS, "text is no Base64 with padding");
  is_answered("base64_decode", "{\"text\":\"/w==\"}", INVALID_ARGUMENTS, "the bytes that text stands for are no UTF-8");

  is_answered("crc32", "{}", INVALID_ARGUMENTS, "a key is missing");
  is_answered("crc", "{}", UNKNOWN_FUNCTION, "there is no function crc");
  for (size_t i = 0; i < definition_count; i++) {
    is_answered(definitions[i].name, "", INVALID_ARGUMENTS, "an object was expected");
  }
  return 0;
}
