// Which functions there are, and the way from JSON to JavaScript and back.

import { count } from './counting.js';

/** Every function, with the schemas of its arguments and its result. */
export function definitions() {
  return [
    {
      name: 'count',
      description: 'Counts the words and lines of a text.',
      inputSchema: JSON.stringify({
        type: 'object',
        properties: { text: { type: 'string', description: 'What to count in.' } },
        required: ['text'],
        additionalProperties: false,
      }),
      outputSchema: JSON.stringify({
        type: 'object',
        properties: { words: { type: 'integer' }, lines: { type: 'integer' } },
        required: ['words', 'lines'],
        additionalProperties: false,
      }),
    },
  ];
}

/** Calls a function by its name. Throws one of the contract's errors, as `{ tag, val }`. */
export function call(name, args) {
  switch (name) {
    case 'count':
      return JSON.stringify(count(read(args).text));
    default:
      throw { tag: 'not-found', val: `there is no function ${name}` };
  }
}

function read(args) {
  let value;
  try {
    value = JSON.parse(args);
  } catch (error) {
    throw invalid(`the arguments are no JSON: ${error.message}`);
  }
  if (typeof value?.text !== 'string') throw invalid('text must be a string');
  const unknown = Object.keys(value).find((key) => key !== 'text');
  if (unknown !== undefined) throw invalid(`${unknown} is no argument`);
  return value;
}

function invalid(val) {
  return { tag: 'invalid-argument', val };
}
