// Meets the host: the component's export, and the only place that calls an import.

import { events } from 'glasshouse:capability/trajectory@0.1.0';
import { decide, parse } from './deciding.js';

// Events asked for at one time; the host gives no more than 1,000.
const PAGE = 200;

export const judging = {
  judge(criterion) {
    const wanted = parse(criterion);
    const all = [];
    for (;;) {
      const page = events(all.length, PAGE);
      if (page.length === 0) return decide(wanted, all);
      all.push(...page);
    }
  },
};
