// The functions on known results and on every short input of one kind, natively: `make test`.

#undef NDEBUG
#include "../src/checksums.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct text text(const char *words) { return (struct text){(char *)words, strlen(words)}; }

static void base64_agrees_with_known_encodings(void) {
  static const char *const examples[][2] = {
      {"", ""},
      {"a", "YQ=="},
      {"ab", "YWI="},
      {"abc", "YWJj"},
      {"abcd", "YWJjZA=="},
      {"abcde", "YWJjZGU="},
      {"abcdef", "YWJjZGVm"},
  };
  for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
    struct text encoded = {0};
    base64_encode(text(examples[i][0]), &encoded);
    assert(encoded.length == strlen(examples[i][1]));
    assert(encoded.length == 0 || memcmp(encoded.bytes, examples[i][1], encoded.length) == 0);
    free(encoded.bytes);
  }
}

static void base64_leads_back(void) {
  char bytes[256];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 151);
  for (size_t length = 0; length <= sizeof bytes; length++) {
    struct text encoded = {0};
    struct text decoded = {0};
    base64_encode((struct text){bytes, length}, &encoded);
    assert(base64_decode(encoded, &decoded) && decoded.length == length);
    assert(length == 0 || memcmp(decoded.bytes, bytes, length) == 0);
    free(encoded.bytes);
    free(decoded.bytes);
  }
}

static void base64_has_one_form(void) {
  static const char *const wrong[] = {
      "Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zh==", "Zm9=", "Z g=", "Zm9v\n", "_-==", "=Zg=",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    struct text decoded = {0};
    assert(!base64_decode(text(wrong[i]), &decoded));
    free(decoded.bytes);
  }
}

static void checksums_agree_with_known_ones(void) {
  assert(crc32(text("")) == 0);
  assert(crc32(text("123456789")) == 0xcbf43926);
  assert(adler32(text("")) == 1);
  assert(adler32(text("123456789")) == 0x091e01de);
  static char ones[6000];
  memset(ones, 0xff, sizeof ones);
  // 1 + 6000 * 255, and the sum of all partial sums, both modulo 65521.
  uint64_t sum = (1 + 6000ull * 255) % 65521;
  uint64_t sum_of_sums = (6000ull + 255ull * 6000 * 6001 / 2) % 65521;
  assert(adler32((struct text){ones, sizeof ones}) == (sum_of_sums << 16 | sum));
}

static void utf8_is_told_from_bytes(void) {
  static const char *const right[] = {
      "", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
      "\xf4\x8f\xbf\xbf", "\xc3\xa9z",
  };
  static const char *const wrong[] = {
      "\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82", "\xf0\x8f\xbf\xbf",
      "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3z", "\xff",
  };
  for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) assert(is_utf8(text(right[i])));
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert(!is_utf8(text(wrong[i])));
}

int main(void) {
  base64_agrees_with_known_encodings();
  base64_leads_back();
  base64_has_one_form();
  checksums_agree_with_known_ones();
  utf8_is_told_from_bytes();
  return 0;
}
