// Bit by bit and without tables where that is short: a call's cost is the sandbox, not the arithmetic.

#include "checksums.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

uint32_t crc32(struct text bytes) {
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < bytes.length; i++) {
    crc ^= (unsigned char)bytes.bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

uint32_t adler32(struct text bytes) {
  const uint32_t largest_prime = 65521;
  uint32_t sum = 1;
  uint32_t sum_of_sums = 0;
  for (size_t i = 0; i < bytes.length; i++) {
    sum = (sum + (unsigned char)bytes.bytes[i]) % largest_prime;
    sum_of_sums = (sum_of_sums + sum) % largest_prime;
  }
  return sum_of_sums << 16 | sum;
}

void base64_encode(struct text bytes, struct text *out) {
  for (size_t i = 0; i < bytes.length; i += 3) {
    size_t left = bytes.length - i;
    uint32_t group = 0;
    for (size_t k = 0; k < 3; k++) group = group << 8 | (k < left ? (unsigned char)bytes.bytes[i + k] : 0);
    char digits[4];
    for (size_t k = 0; k < 4; k++) digits[k] = k <= left ? alphabet[group >> (18 - 6 * k) & 63] : '=';
    text_append(out, digits, 4);
  }
}

// The value of a digit, or -1.
static int value_of(char digit) {
  for (int value = 0; value < 64; value++) {
    if (alphabet[value] == digit) return value;
  }
  return -1;
}

static bool decode_group(const char *digits, size_t count, struct text *out) {
  uint32_t group = 0;
  for (size_t k = 0; k < 4; k++) {
    int value = k < count ? value_of(digits[k]) : 0;
    if (value < 0) return false;
    group = group << 6 | (uint32_t)value;
  }
  size_t length = count - 1;
  if ((group & (0xffffffu >> (8 * length))) != 0) return false;
  char bytes[3] = {(char)(group >> 16), (char)(group >> 8), (char)group};
  text_append(out, bytes, length);
  return true;
}

bool base64_decode(struct text base64, struct text *out) {
  if (base64.length % 4 != 0) return false;
  for (size_t i = 0; i < base64.length; i += 4) {
    const char *digits = base64.bytes + i;
    size_t count = 4;
    if (i + 4 == base64.length) {
      while (count > 2 && digits[count - 1] == '=') count--;
    }
    if (!decode_group(digits, count, out)) return false;
  }
  return true;
}

// Bytes that follow a first byte, the least and the largest second byte; neither overlong forms nor surrogates.
static size_t tail_of(unsigned char first, unsigned char *least, unsigned char *largest) {
  *least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  *largest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (first < 0x80) return 0;
  if (first >= 0xc2 && first <= 0xdf) return 1;
  if (first >= 0xe0 && first <= 0xef) return 2;
  if (first >= 0xf0 && first <= 0xf4) return 3;
  return SIZE_MAX;
}

bool is_utf8(struct text bytes) {
  size_t i = 0;
  while (i < bytes.length) {
    unsigned char least, largest;
    size_t tail = tail_of((unsigned char)bytes.bytes[i], &least, &largest);
    if (tail > bytes.length - i - 1) return false;
    for (size_t k = 1; k <= tail; k++) {
      unsigned char byte = (unsigned char)bytes.bytes[i + k];
      if (byte < least || byte > largest) return false;
      least = 0x80;
      largest = 0xbf;
    }
    i += tail + 1;
  }
  return true;
}
