// Meets the host: the component's export, and the only place that calls an import.

#include <stdlib.h>

#include "../gen/tool.h"
#include "calls.h"

// The generated code calls this so that an object file with the types is linked. The build puts them in afterwards.
void __component_type_object_force_link_tool(void);
void __component_type_object_force_link_tool(void) {}

static tool_string_t given(struct text text) { return (tool_string_t){(uint8_t *)text.bytes, text.length}; }

static struct text taken(const tool_string_t *string) { return (struct text){(char *)string->ptr, string->len}; }

void exports_glasshouse_tool_calls_definitions(exports_glasshouse_tool_calls_list_definition_t *ret) {
  ret->len = definition_count;
  ret->ptr = calloc(definition_count, sizeof *ret->ptr);
  if (ret->ptr == NULL) abort();
  for (size_t i = 0; i < definition_count; i++) {
    tool_string_dup(&ret->ptr[i].name, definitions[i].name);
    tool_string_dup(&ret->ptr[i].description, definitions[i].description);
    tool_string_dup(&ret->ptr[i].input_schema, definitions[i].input_schema);
    tool_string_dup(&ret->ptr[i].output_schema, definitions[i].output_schema);
  }
}

bool exports_glasshouse_tool_calls_call(tool_string_t *name, tool_string_t *arguments, tool_string_t *ret,
                                        exports_glasshouse_tool_calls_error_t *err) {
  glasshouse_capability_log_write(GLASSHOUSE_CAPABILITY_LOG_LEVEL_DEBUG, name);
  struct text out = {0};
  enum outcome outcome = call(taken(name), taken(arguments), &out);
  tool_string_free(name);
  tool_string_free(arguments);
  switch (outcome) {
    case DONE:
      *ret = given(out);
      return true;
    case UNKNOWN_FUNCTION:
      err->tag = GLASSHOUSE_TYPES_TYPES_ERROR_NOT_FOUND;
      err->val.not_found = given(out);
      return false;
    case INVALID_ARGUMENTS:
      err->tag = GLASSHOUSE_TYPES_TYPES_ERROR_INVALID_ARGUMENT;
      err->val.invalid_argument = given(out);
      return false;
  }
  abort();
}
