// JSON Pointer, RFC 6901.

/** Follows a pointer: `{ found: true, value }`, or `{ found: false }`. Throws where the pointer is none. */
export function resolve(document, pointer) {
  if (pointer !== '' && !pointer.startsWith('/')) throw new Error('a pointer is empty or begins with /');
  let value = document;
  for (const token of pointer.split('/').slice(1).map(unescape)) {
    if (Array.isArray(value)) {
      // A number without a leading zero; `-`, the place after the last element, holds nothing.
      if (!/^(0|[1-9][0-9]*)$/.test(token) || Number(token) >= value.length) return { found: false };
    } else if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) {
      return { found: false };
    }
    value = value[token];
  }
  return { found: true, value };
}

function unescape(token) {
  if (/~(?![01])/.test(token)) throw new Error(`~ stands before 0 or 1 only, not as in ${token}`);
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
