// Meets the host: the component's export, and the only place that calls an import.

#include <stdlib.h>

#include "../gen/judge.h"
#include "deciding.h"

// Events asked for at one time; the host gives no more than 1,000.
#define PAGE 200

// The generated code calls this so that an object file with the types is linked. The build puts them in afterwards.
void __component_type_object_force_link_judge(void);
void __component_type_object_force_link_judge(void) {}

static void keep(struct end *end, uint64_t index, bool answered, const judge_string_t *string) {
  end->index = index;
  end->answered = answered;
  end->text.length = 0;
  text_append(&end->text, (const char *)string->ptr, string->len);
}

// The last event that ends the trial; its text has memory only where there is one.
static struct end find_end(void) {
  struct end end = {0};
  uint64_t seen = 0;
  for (;;) {
    glasshouse_capability_trajectory_list_event_t page;
    glasshouse_capability_trajectory_events(seen, PAGE, &page);
    for (size_t i = 0; i < page.len; i++) {
      const glasshouse_capability_trajectory_event_t *event = &page.ptr[i];
      if (event->happening.tag == GLASSHOUSE_CAPABILITY_TRAJECTORY_HAPPENING_ANSWERED) {
        keep(&end, event->index, true, &event->happening.val.answered);
      } else if (event->happening.tag == GLASSHOUSE_CAPABILITY_TRAJECTORY_HAPPENING_FAILED) {
        keep(&end, event->index, false, &event->happening.val.failed);
      }
    }
    size_t length = page.len;
    glasshouse_capability_trajectory_list_event_free(&page);
    if (length == 0) return end;
    seen += length;
  }
}

static void rule(exports_glasshouse_judge_judging_verdict_t *ret, struct text wanted) {
  struct end end = find_end();
  if (end.text.bytes == NULL) {
    ret->ruling.tag = EXPORTS_GLASSHOUSE_JUDGE_JUDGING_RULING_ABSTAIN;
    judge_string_dup(&ret->reason, "the trial shows no end");
    ret->evidence = (judge_list_u64_t){0};
    return;
  }
  struct decision decision = decide(wanted, end);
  free(end.text.bytes);
  ret->ruling.tag = EXPORTS_GLASSHOUSE_JUDGE_JUDGING_RULING_SCORE;
  ret->ruling.val.score = decision.score;
  ret->reason = (judge_string_t){(uint8_t *)decision.reason.bytes, decision.reason.length};
  ret->evidence.len = 1;
  ret->evidence.ptr = malloc(sizeof *ret->evidence.ptr);
  if (ret->evidence.ptr == NULL) abort();
  ret->evidence.ptr[0] = end.index;
}

bool exports_glasshouse_judge_judging_judge(judge_string_t *criterion, exports_glasshouse_judge_judging_verdict_t *ret,
                                            exports_glasshouse_judge_judging_error_t *err) {
  struct text wanted;
  const char *wrong = read_criterion((struct text){(char *)criterion->ptr, criterion->len}, &wanted);
  judge_string_free(criterion);
  if (wrong != NULL) {
    err->tag = GLASSHOUSE_TYPES_TYPES_ERROR_INVALID_ARGUMENT;
    judge_string_dup(&err->val.invalid_argument, wrong);
  } else {
    rule(ret, wanted);
  }
  free(wanted.bytes);
  return wrong == NULL;
}
