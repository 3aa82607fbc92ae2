// A reader of flat JSON objects and a writer. Whoever calls a component gives it valid UTF-8, so bytes from 0x80 up are
// passed on as they are.

#include "json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct reader {
  const char *at;
  const char *end;
};

void text_append(struct text *out, const char *bytes, size_t length) {
  // Grown to powers of two, so that appending byte by byte stays cheap.
  size_t wanted = out->length + length;
  size_t room = 16;
  while (room < wanted) room *= 2;
  size_t had = 16;
  while (had < out->length) had *= 2;
  if (out->bytes == NULL || room > had) {
    out->bytes = realloc(out->bytes, room);
    if (out->bytes == NULL) abort();
  }
  if (length > 0) memcpy(out->bytes + out->length, bytes, length);
  out->length = wanted;
}

void text_append_words(struct text *out, const char *words) { text_append(out, words, strlen(words)); }

void json_append_text(struct text *out, struct text value) {
  static const char hex[] = "0123456789abcdef";
  text_append(out, "\"", 1);
  for (size_t i = 0; i < value.length; i++) {
    unsigned char byte = (unsigned char)value.bytes[i];
    if (byte == '"' || byte == '\\') {
      char escaped[2] = {'\\', (char)byte};
      text_append(out, escaped, 2);
    } else if (byte < 0x20) {
      char escaped[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
      text_append(out, escaped, 6);
    } else {
      text_append(out, &value.bytes[i], 1);
    }
  }
  text_append(out, "\"", 1);
}

void json_append_number(struct text *out, uint64_t number) {
  char digits[20];
  size_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  text_append(out, digits + first, sizeof digits - first);
}

void json_free(struct member *members, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free(members[i].value.bytes);
    members[i].value = (struct text){0};
  }
}

static void skip_space(struct reader *in) {
  while (in->at < in->end && strchr(" \t\r\n", *in->at) != NULL && *in->at != '\0') in->at++;
}

static bool take(struct reader *in, char wanted) {
  skip_space(in);
  if (in->at == in->end || *in->at != wanted) return false;
  in->at++;
  return true;
}

static bool read_hex(struct reader *in, uint32_t *code) {
  *code = 0;
  for (int i = 0; i < 4; i++) {
    if (in->at == in->end) return false;
    char digit = *in->at++;
    if (digit >= '0' && digit <= '9') {
      *code = *code * 16 + (uint32_t)(digit - '0');
    } else if ((digit | 32) >= 'a' && (digit | 32) <= 'f') {
      *code = *code * 16 + (uint32_t)((digit | 32) - 'a' + 10);
    } else {
      return false;
    }
  }
  return true;
}

static void append_code_point(struct text *out, uint32_t code) {
  char bytes[4];
  size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = length; i-- > 1;) {
    bytes[i] = (char)(0x80 | (code & 0x3f));
    code >>= 6;
  }
  bytes[0] = (char)(lead[length] | code);
  text_append(out, bytes, length);
}

// A code point above 0xffff is written as two escapes, a high surrogate and a low one.
static const char *read_code_point(struct reader *in, struct text *out) {
  uint32_t code;
  if (!read_hex(in, &code)) return "an escape is cut short";
  if (code >= 0xd800 && code < 0xdc00) {
    uint32_t low;
    if (in->end - in->at < 2 || in->at[0] != '\\' || in->at[1] != 'u') return "half a surrogate pair";
    in->at += 2;
    if (!read_hex(in, &low) || low < 0xdc00 || low > 0xdfff) return "half a surrogate pair";
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (code >= 0xdc00 && code <= 0xdfff) {
    return "half a surrogate pair";
  }
  append_code_point(out, code);
  return NULL;
}

static const char *read_escape(struct reader *in, struct text *out) {
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";
  if (in->at == in->end) return "a text has no end";
  char name = *in->at++;
  if (name == 'u') return read_code_point(in, out);
  const char *found = memchr(names, name, sizeof names - 1);
  if (found == NULL) return "an unknown escape";
  text_append(out, &values[found - names], 1);
  return NULL;
}

static const char *read_text(struct reader *in, struct text *out) {
  if (!take(in, '"')) return "a text was expected";
  // An empty text has memory too: that is how a member that was read is told from one that was not.
  text_append(out, "", 0);
  while (in->at < in->end) {
    char byte = *in->at++;
    if (byte == '"') return NULL;
    if ((unsigned char)byte < 0x20) return "a control character in a text";
    if (byte != '\\') {
      text_append(out, &byte, 1);
      continue;
    }
    const char *wrong = read_escape(in, out);
    if (wrong != NULL) return wrong;
  }
  return "a text has no end";
}

static struct member *find(struct text key, struct member *members, size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(members[i].key);
    if (length == key.length && memcmp(members[i].key, key.bytes, length) == 0) return &members[i];
  }
  return NULL;
}

static const char *read_member(struct reader *in, struct member *members, size_t count) {
  struct text key = {0};
  const char *wrong = read_text(in, &key);
  struct member *member = wrong == NULL ? find(key, members, count) : NULL;
  free(key.bytes);
  if (wrong != NULL) return wrong;
  if (member == NULL) return "an unknown key";
  if (member->value.bytes != NULL) return "a key is there twice";
  if (!take(in, ':')) return "a colon is missing";
  return read_text(in, &member->value);
}

const char *json_read(const char *json, size_t length, struct member *members, size_t count) {
  struct reader in = {json, json + length};
  for (size_t i = 0; i < count; i++) members[i].value = (struct text){0};
  if (!take(&in, '{')) return "an object was expected";
  if (!take(&in, '}')) {
    do {
      const char *wrong = read_member(&in, members, count);
      if (wrong != NULL) return wrong;
    } while (take(&in, ','));
    if (!take(&in, '}')) return "the object has no end";
  }
  skip_space(&in);
  if (in.at != in.end) return "something follows the object";
  for (size_t i = 0; i < count; i++) {
    if (members[i].value.bytes == NULL) return "a key is missing";
  }
  return NULL;
}
