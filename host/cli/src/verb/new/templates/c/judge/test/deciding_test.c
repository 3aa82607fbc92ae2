// What the judge makes of an end, natively: `make test`.

#undef NDEBUG
#include "../src/deciding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct text text(const char *words) { return (struct text){(char *)words, strlen(words)}; }

static void is_decided(const char *words, bool answered, double score, const char *reason) {
  struct text wanted;
  assert(read_criterion(text("{\"answer_contains\":\"done\"}"), &wanted) == NULL);
  struct decision decision = decide(wanted, (struct end){.answered = answered, .text = text(words)});
  assert(decision.score == score);
  assert(decision.reason.length == strlen(reason));
  assert(memcmp(decision.reason.bytes, reason, decision.reason.length) == 0);
  free(decision.reason.bytes);
  free(wanted.bytes);
}

static void is_refused(const char *criterion) {
  struct text wanted;
  assert(read_criterion(text(criterion), &wanted) != NULL);
  free(wanted.bytes);
}

int main(void) {
  is_decided("all done", true, 1, "the answer contains \"done\"");
  is_decided("don", true, 0, "the answer does not contain \"done\"");
  is_decided("not yet: do ne", true, 0, "the answer does not contain \"done\"");
  is_decided("a limit: done", false, 0, "the subject ended without an answer: a limit: done");

  is_refused("");
  is_refused("{}");
  is_refused("{\"answer_contains\":1}");
  is_refused("{\"answer_contains\":\"\",\"more\":\"\"}");
  return 0;
}
