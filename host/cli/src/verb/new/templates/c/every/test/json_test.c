// The JSON reader and writer, natively: `make test`.

#undef NDEBUG
#include "../src/json.h"

#include <assert.h>
#include <string.h>

static void is_read(const char *json, const char *wanted, size_t length) {
  struct member member = {.key = "a"};
  assert(json_read(json, strlen(json), &member, 1) == NULL);
  assert(member.value.length == length && memcmp(member.value.bytes, wanted, length) == 0);
  json_free(&member, 1);
}

static void is_refused(const char *json, const char *why) {
  struct member member = {.key = "a"};
  const char *wrong = json_read(json, strlen(json), &member, 1);
  assert(wrong != NULL && strcmp(wrong, why) == 0);
  json_free(&member, 1);
}

static void is_written(const char *bytes, size_t length, const char *wanted) {
  struct text out = {0};
  json_append_text(&out, (struct text){(char *)bytes, length});
  assert(out.length == strlen(wanted) && memcmp(out.bytes, wanted, out.length) == 0);
  struct member written = {.value = out};
  json_free(&written, 1);
}

int main(void) {
  is_read(" { \"a\" : \"b\" } ", "b", 1);
  is_read("{\"a\":\"\"}", "", 0);
  is_read("{\"a\":\"\\u0000\\n\\\"\\/\"}", "\0\n\"/", 4);
  is_read("{\"\\u0061\":\"\\u00e9\\u20ac\\ud83d\\ude00\"}", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9);
  is_read("{\"a\":\"0123456789abcdefghijklmnopqrstuvwxyz\"}", "0123456789abcdefghijklmnopqrstuvwxyz", 36);

  is_refused("", "an object was expected");
  is_refused("[]", "an object was expected");
  is_refused("{}", "a key is missing");
  is_refused("{\"b\":\"\"}", "an unknown key");
  is_refused("{\"a\":\"\",\"a\":\"\"}", "a key is there twice");
  is_refused("{\"a\" \"\"}", "a colon is missing");
  is_refused("{\"a\":1}", "a text was expected");
  is_refused("{\"a\":\"\",}", "a text was expected");
  is_refused("{\"a\":\"b", "a text has no end");
  is_refused("{\"a\":\"b\\", "a text has no end");
  is_refused("{\"a\":\"\n\"}", "a control character in a text");
  is_refused("{\"a\":\"\\x\"}", "an unknown escape");
  is_refused("{\"a\":\"\\u12", "an escape is cut short");
  is_refused("{\"a\":\"\\ud83d\"}", "half a surrogate pair");
  is_refused("{\"a\":\"\\ude00\"}", "half a surrogate pair");
  is_refused("{\"a\":\"\"", "the object has no end");
  is_refused("{\"a\":\"\"} {", "something follows the object");

  is_written("", 0, "\"\"");
  is_written("\"\\\n\0\xc3\xa9", 6, "\"\\\"\\\\\\u000a\\u0000\xc3\xa9\"");

  struct text number = {0};
  json_append_number(&number, 0);
  json_append_number(&number, UINT64_MAX);
  assert(number.length == 21 && memcmp(number.bytes, "018446744073709551615", 21) == 0);
  struct member written = {.value = number};
  json_free(&written, 1);
  return 0;
}
