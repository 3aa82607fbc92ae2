// JSON Merge Patch, RFC 7396: applied to a document, and made of two.

/** The document with the patch applied. Neither argument is changed. */
export function merge(document, patch) {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(document) ? Object.entries(document) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      members.delete(key);
    } else {
      members.set(key, merge(members.get(key), value));
    }
  }
  // Defines members one by one, so that `__proto__` is a member like any other.
  return Object.fromEntries(members);
}

/** `{ equal: true }`, or `{ equal: false, patch }`. Throws where no merge patch can say the difference. */
export function diff(before, after) {
  if (same(before, after)) return { equal: true };
  return { equal: false, patch: patchOf(before, after) };
}

function patchOf(before, after) {
  if (!isObject(before) || !isObject(after)) {
    if (isObject(after)) refuseNulls(after);
    return after;
  }
  const members = [];
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) members.push([key, null]);
  }
  for (const [key, value] of Object.entries(after)) {
    if (Object.hasOwn(before, key) && same(before[key], value)) continue;
    if (value === null) throw nullMember(key);
    members.push([key, patchOf(Object.hasOwn(before, key) ? before[key] : undefined, value)]);
  }
  return Object.fromEntries(members);
}

/** A null in a patch removes, so an object that comes in whole must not hold any; lists are taken as they are. */
function refuseNulls(value) {
  for (const [key, member] of Object.entries(value)) {
    if (member === null) throw nullMember(key);
    if (isObject(member)) refuseNulls(member);
  }
}

function nullMember(key) {
  return new Error(`${key} becomes null, which a merge patch cannot say`);
}

/** Equal as JSON: the order of members does not count. */
function same(left, right) {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, index) => same(value, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return left === right;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
