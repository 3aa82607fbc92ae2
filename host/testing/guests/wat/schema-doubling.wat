;; Offers a tool whose schema refers to the same thing twice at each of 30 levels.
(component
  (import "glasshouse:types/types@0.1.0" (instance $types
    (type $plain-error (variant
      (case "denied" string) (case "not-found" string) (case "invalid-argument" string)
      (case "conflict" string) (case "timed-out" string) (case "unavailable" string)
      (case "quota-exceeded" string) (case "other" string)))
    (export "error" (type $error (eq $plain-error)))))
  (alias export $types "error" (type $error))
  (core module $hostile
    (memory (export "memory") 64)
    ;; A list of 1 definition: name, description, schema of the arguments, schema of the result.
    (data (i32.const 16) "\00\04\00\00\01\00\00\00")
    (data (i32.const 1024) "\00\08\00\00\04\00\00\00\00\08\00\00\04\00\00\00\00\10\00\00\9a\07\00\00\04\08\00\00\02\00\00\00")
    (data (i32.const 2048) "work{}")
    (data (i32.const 4096) "{\"$ref\":\"#/$defs/l30\",\"$defs\":{\"l0\":{\"type\":\"object\"},\"l1\":{\"allOf\":[{\"$ref\":\"#/$defs/l0\"},{\"$ref\":\"#/$defs/l0\"}]},\"l2\":{\"allOf\":[{\"$ref\":\"#/$defs/l1\"},{\"$ref\":\"#/$defs/l1\"}]},\"l3\":{\"allOf\":[{\"$ref\":\"#/$defs/l2\"},{\"$ref\":\"#/$defs/l2\"}]},\"l4\":{\"allOf\":[{\"$ref\":\"#/$defs/l3\"},{\"$ref\":\"#/$defs/l3\"}]},\"l5\":{\"allOf\":[{\"$ref\":\"#/$defs/l4\"},{\"$ref\":\"#/$defs/l4\"}]},\"l6\":{\"allOf\":[{\"$ref\":\"#/$defs/l5\"},{\"$ref\":\"#/$defs/l5\"}]},\"l7\":{\"allOf\":[{\"$ref\":\"#/$defs/l6\"},{\"$ref\":\"#/$defs/l6\"}]},\"l8\":{\"allOf\":[{\"$ref\":\"#/$defs/l7\"},{\"$ref\":\"#/$defs/l7\"}]},\"l9\":{\"allOf\":[{\"$ref\":\"#/$defs/l8\"},{\"$ref\":\"#/$defs/l8\"}]},\"l10\":{\"allOf\":[{\"$ref\":\"#/$defs/l9\"},{\"$ref\":\"#/$defs/l9\"}]},\"l11\":{\"allOf\":[{\"$ref\":\"#/$defs/l10\"},{\"$ref\":\"#/$defs/l10\"}]},\"l12\":{\"allOf\":[{\"$ref\":\"#/$defs/l11\"},{\"$ref\":\"#/$defs/l11\"}]},\"l13\":{\"allOf\":[{\"$ref\":\"#/$defs/l12\"},{\"$ref\":\"#/$defs/l12\"}]},\"l14\":{\"allOf\":[{\"$ref\":\"#/$defs/l13\"},{\"$ref\":\"#/$defs/l13\"}]},\"l15\":{\"allOf\":[{\"$ref\":\"#/$defs/l14\"},{\"$ref\":\"#/$defs/l14\"}]},\"l16\":{\"allOf\":[{\"$ref\":\"#/$defs/l15\"},{\"$ref\":\"#/$defs/l15\"}]},\"l17\":{\"allOf\":[{\"$ref\":\"#/$defs/l16\"},{\"$ref\":\"#/$defs/l16\"}]},\"l18\":{\"allOf\":[{\"$ref\":\"#/$defs/l17\"},{\"$ref\":\"#/$defs/l17\"}]},\"l19\":{\"allOf\":[{\"$ref\":\"#/$defs/l18\"},{\"$ref\":\"#/$defs/l18\"}]},\"l20\":{\"allOf\":[{\"$ref\":\"#/$defs/l19\"},{\"$ref\":\"#/$defs/l19\"}]},\"l21\":{\"allOf\":[{\"$ref\":\"#/$defs/l20\"},{\"$ref\":\"#/$defs/l20\"}]},\"l22\":{\"allOf\":[{\"$ref\":\"#/$defs/l21\"},{\"$ref\":\"#/$defs/l21\"}]},\"l23\":{\"allOf\":[{\"$ref\":\"#/$defs/l22\"},{\"$ref\":\"#/$defs/l22\"}]},\"l24\":{\"allOf\":[{\"$ref\":\"#/$defs/l23\"},{\"$ref\":\"#/$defs/l23\"}]},\"l25\":{\"allOf\":[{\"$ref\":\"#/$defs/l24\"},{\"$ref\":\"#/$defs/l24\"}]},\"l26\":{\"allOf\":[{\"$ref\":\"#/$defs/l25\"},{\"$ref\":\"#/$defs/l25\"}]},\"l27\":{\"allOf\":[{\"$ref\":\"#/$defs/l26\"},{\"$ref\":\"#/$defs/l26\"}]},\"l28\":{\"allOf\":[{\"$ref\":\"#/$defs/l27\"},{\"$ref\":\"#/$defs/l27\"}]},\"l29\":{\"allOf\":[{\"$ref\":\"#/$defs/l28\"},{\"$ref\":\"#/$defs/l28\"}]},\"l30\":{\"allOf\":[{\"$ref\":\"#/$defs/l29\"},{\"$ref\":\"#/$defs/l29\"}]}}}")
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
    (func (export "definitions") (result i32)
      (i32.const 16))
    (func (export "call") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
  (core instance $made (instantiate $hostile))
  (type $definition (record
    (field "name" string) (field "description" string)
    (field "input-schema" string) (field "output-schema" string)))
  (func $definitions (result (list $definition))
    (canon lift (core func $made "definitions")
      (memory (core memory $made "memory")) (realloc (core func $made "realloc"))))
  (func $call (param "name" string) (param "arguments" string) (result (result string (error $error)))
    (canon lift (core func $made "call")
      (memory (core memory $made "memory")) (realloc (core func $made "realloc"))))
  (instance $calls
    (export "error" (type $error))
    (export "definition" (type $definition))
    (export "definitions" (func $definitions))
    (export "call" (func $call)))
  (export "glasshouse:tool/calls@0.1.0" (instance $calls)))
