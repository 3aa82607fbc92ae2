// The JSON that crosses the border: objects of texts come in, any JSON goes out.

#ifndef JSON_H
#define JSON_H

#include <stddef.h>
#include <stdint.h>

// UTF-8 of a known length, in memory of malloc; it may hold zero bytes.
struct text {
  char *bytes;
  size_t length;
};

// A member that an object has to have, and its value once it is read.
struct member {
  const char *key;
  struct text value;
};

// Reads an object whose members are exactly these, each with a text. Returns NULL, or what is wrong; the values are
// the caller's, also then, to be given to json_free.
const char *json_read(const char *json, size_t length, struct member *members, size_t count);

// Frees the values of members.
void json_free(struct member *members, size_t count);

// Appends bytes as they are.
void text_append(struct text *out, const char *bytes, size_t length);

// Appends a C string as it is.
void text_append_words(struct text *out, const char *words);

// Appends a text as a JSON string, with its quotes.
void json_append_text(struct text *out, struct text value);

// Appends a number.
void json_append_number(struct text *out, uint64_t number);

#endif
