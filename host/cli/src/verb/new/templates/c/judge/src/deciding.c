// One criterion: the answer contains a text.

#include "deciding.h"

#include <string.h>

const char *read_criterion(struct text criterion, struct text *wanted) {
  struct member member = {.key = "answer_contains"};
  const char *wrong = json_read(criterion.bytes, criterion.length, &member, 1);
  *wanted = member.value;
  return wrong;
}

static bool contains(struct text text, struct text wanted) {
  if (wanted.length == 0) return true;
  for (size_t i = 0; i + wanted.length <= text.length; i++) {
    if (memcmp(text.bytes + i, wanted.bytes, wanted.length) == 0) return true;
  }
  return false;
}

struct decision decide(struct text wanted, struct end end) {
  struct decision decision = {0};
  if (!end.answered) {
    text_append_words(&decision.reason, "the subject ended without an answer: ");
    text_append(&decision.reason, end.text.bytes, end.text.length);
    return decision;
  }
  bool met = contains(end.text, wanted);
  decision.score = met ? 1 : 0;
  text_append_words(&decision.reason, met ? "the answer contains " : "the answer does not contain ");
  json_append_text(&decision.reason, wanted);
  return decision;
}
