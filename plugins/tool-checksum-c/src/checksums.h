// Checksums that find accidental changes, and Base64. None of them protects against intent.

#ifndef CHECKSUMS_H
#define CHECKSUMS_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"

// CRC-32 as of zlib, PNG and Ethernet: reflected polynomial 0xedb88320.
uint32_t crc32(struct text bytes);

// Adler-32 as of zlib, RFC 1950.
uint32_t adler32(struct text bytes);

// Appends the bytes in Base64, RFC 4648 section 4, with padding.
void base64_encode(struct text bytes, struct text *out);

// Appends what Base64 stands for. False where it is not exactly what base64_encode writes: a foreign character, wrong
// padding, or bits that no byte takes up; what was appended until then stays.
bool base64_decode(struct text base64, struct text *out);

// Whether the bytes are UTF-8: only then can JSON carry them.
bool is_utf8(struct text bytes);

#endif
