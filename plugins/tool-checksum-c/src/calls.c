// The functions of this tool: each takes one text and appends its result, or says what is wrong.

#include "calls.h"

#include <stdlib.h>
#include <string.h>

#include "checksums.h"

#define INPUT(description) \
  "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"description\":\"" description \
  "\"}},\"required\":[\"text\"],\"additionalProperties\":false}"

#define OUTPUT(key, description) \
  "{\"type\":\"object\",\"properties\":{\"" key "\":{\"type\":\"string\",\"description\":\"" description \
  "\"}},\"required\":[\"" key "\"],\"additionalProperties\":false}"

#define HEX "Eight hexadecimal digits in lower case."

const struct definition definitions[] = {
    {
        .name = "crc32",
        .description = "CRC-32 of a text's UTF-8, as zip, gzip and PNG compute it.",
        .input_schema = INPUT("What to sum up."),
        .output_schema = OUTPUT("checksum", HEX),
    },
    {
        .name = "adler32",
        .description = "Adler-32 of a text's UTF-8, as zlib computes it.",
        .input_schema = INPUT("What to sum up."),
        .output_schema = OUTPUT("checksum", HEX),
    },
    {
        .name = "base64_encode",
        .description = "Writes a text's UTF-8 in Base64 with padding.",
        .input_schema = INPUT("What to encode."),
        .output_schema = OUTPUT("text", "Base64."),
    },
    {
        .name = "base64_decode",
        .description = "Reads the text that Base64 stands for. Refuses Base64 of anything that is no UTF-8.",
        .input_schema = INPUT("Base64 of the standard alphabet, with padding and without white space."),
        .output_schema = OUTPUT("text", "What was encoded."),
    },
};
const size_t definition_count = sizeof definitions / sizeof definitions[0];

// Returns NULL, or what is wrong with the text.
typedef const char *function(struct text text, struct text *out);

static void append_checksum(struct text *out, uint32_t sum) {
  text_append_words(out, "{\"checksum\":\"");
  for (int shift = 28; shift >= 0; shift -= 4) text_append(out, &"0123456789abcdef"[sum >> shift & 15], 1);
  text_append_words(out, "\"}");
}

static void append_text(struct text *out, struct text text) {
  text_append_words(out, "{\"text\":");
  json_append_text(out, text);
  text_append_words(out, "}");
}

static const char *call_crc32(struct text text, struct text *out) {
  append_checksum(out, crc32(text));
  return NULL;
}

static const char *call_adler32(struct text text, struct text *out) {
  append_checksum(out, adler32(text));
  return NULL;
}

static const char *call_base64_encode(struct text text, struct text *out) {
  struct text encoded = {0};
  base64_encode(text, &encoded);
  append_text(out, encoded);
  free(encoded.bytes);
  return NULL;
}

static const char *call_base64_decode(struct text text, struct text *out) {
  struct text decoded = {0};
  const char *wrong = NULL;
  if (!base64_decode(text, &decoded)) {
    wrong = "text is no Base64 with padding";
  } else if (!is_utf8(decoded)) {
    wrong = "the bytes that text stands for are no UTF-8";
  } else {
    append_text(out, decoded);
  }
  free(decoded.bytes);
  return wrong;
}

// In the order of the definitions.
static function *const functions[] = {call_crc32, call_adler32, call_base64_encode, call_base64_decode};
_Static_assert(sizeof functions / sizeof functions[0] == sizeof definitions / sizeof definitions[0],
               "one function for each definition");

static function *find(struct text name) {
  for (size_t i = 0; i < definition_count; i++) {
    const char *known = definitions[i].name;
    if (name.length == strlen(known) && memcmp(name.bytes, known, name.length) == 0) return functions[i];
  }
  return NULL;
}

enum outcome call(struct text name, struct text arguments, struct text *out) {
  function *found = find(name);
  if (found == NULL) {
    text_append_words(out, "there is no function ");
    text_append(out, name.bytes, name.length);
    return UNKNOWN_FUNCTION;
  }
  struct member text = {.key = "text"};
  const char *wrong = json_read(arguments.bytes, arguments.length, &text, 1);
  if (wrong == NULL) wrong = found(text.value, out);
  if (wrong != NULL) text_append_words(out, wrong);
  json_free(&text, 1);
  return wrong == NULL ? DONE : INVALID_ARGUMENTS;
}
