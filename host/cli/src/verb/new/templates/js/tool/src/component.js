// Meets the host: the component's export, and the only place that calls an import.

import { write } from 'glasshouse:capability/log@0.1.0';
import { call, definitions } from './calls.js';

export const calls = {
  definitions,

  call(name, args) {
    write('debug', `${name}: ${args.length} characters of arguments`);
    return call(name, args);
  },
};
