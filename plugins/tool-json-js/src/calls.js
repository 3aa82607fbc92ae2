// The functions of this tool, and the way from JSON to JavaScript and back.

import { diff, merge } from './merging.js';
import { resolve } from './pointing.js';

const POINTER = { type: 'string', description: 'JSON Pointer (RFC 6901), for example /items/0/name; empty for the whole document.' };
const PATCH = 'A merge patch (RFC 7396): members overwrite, null removes.';

/** By name: what a model is told, which arguments there are, and the work. */
const FUNCTIONS = {
  get: {
    description: 'Reads one value out of a JSON document by its JSON Pointer.',
    input: { document: {}, pointer: POINTER },
    output: { found: { type: 'boolean' }, value: { description: 'Left out where nothing was found.' } },
    required: ['found'],
    run: ({ document, pointer }) => resolve(document, pointer),
  },
  merge: {
    description: 'Applies a merge patch to a JSON document and returns the document that results.',
    input: { document: {}, patch: { description: PATCH } },
    output: { document: {} },
    required: ['document'],
    run: ({ document, patch }) => ({ document: merge(document, patch) }),
  },
  diff: {
    description: 'Says in which members two JSON documents differ, as the merge patch that makes the first the second.',
    input: { before: {}, after: {} },
    output: { equal: { type: 'boolean' }, patch: { description: PATCH } },
    required: ['equal'],
    run: ({ before, after }) => diff(before, after),
  },
};

/** Every function, with the schemas of its arguments and its result. */
export function definitions() {
  return Object.entries(FUNCTIONS).map(([name, { description, input, output, required }]) => ({
    name,
    description,
    inputSchema: schema(input, Object.keys(input)),
    outputSchema: schema(output, required),
  }));
}

/** Calls a function by its name. Throws one of the contract's errors, as `{ tag, val }`. */
export function call(name, args) {
  if (!Object.hasOwn(FUNCTIONS, name)) throw { tag: 'not-found', val: `there is no function ${name}` };
  const { input, run } = FUNCTIONS[name];
  const value = read(args, input);
  try {
    return JSON.stringify(run(value));
  } catch (error) {
    throw invalid(error.message);
  }
}

function schema(properties, required) {
  return JSON.stringify({ type: 'object', properties, required, additionalProperties: false });
}

function read(args, properties) {
  let value;
  try {
    value = JSON.parse(args);
  } catch (error) {
    throw invalid(`the arguments are no JSON: ${error.message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('the arguments are no object');
  for (const [key, { type }] of Object.entries(properties)) {
    if (!Object.hasOwn(value, key)) throw invalid(`${key} is missing`);
    if (type === 'string' && typeof value[key] !== 'string') throw invalid(`${key} must be a string`);
  }
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(properties, key));
  if (unknown !== undefined) throw invalid(`${unknown} is no argument`);
  return value;
}

function invalid(val) {
  return { tag: 'invalid-argument', val };
}
