// How this judge decides, without any host around it.

#ifndef DECIDING_H
#define DECIDING_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"

// The event that ends a trial: the subject's answer, or why there is none.
struct end {
  uint64_t index;
  bool answered;
  struct text text;
};

// How far the criterion is met, and why, in memory of malloc.
struct decision {
  double score;
  struct text reason;
};

// Reads `answer_contains` of the criterion: a text that the answer has to contain. Returns NULL, or what is wrong; the
// value is the caller's, also then.
const char *read_criterion(struct text criterion, struct text *wanted);

// 1 where the answer contains the wanted text, otherwise 0.
struct decision decide(struct text wanted, struct end end);

#endif
