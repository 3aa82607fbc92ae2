;; Offers half a million tools.
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
    (data (i32.const 1024) "\00\08\00\00\04\00\00\00\00\08\00\00\04\00\00\00\00\10\00\00\02\00\00\00\04\08\00\00\02\00\00\00")
    (data (i32.const 2048) "work{}")
    (data (i32.const 4096) "{}")
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
    (func (export "definitions") (result i32)
      (local $at i32)
      (local.set $at (i32.const 0x40000))
      (loop $again
        (memory.copy (local.get $at) (i32.const 1024) (i32.const 32))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br_if $again (i32.lt_u (local.get $at) (i32.const 0x3f0000))))
      (i32.store (i32.const 16) (i32.const 0x40000))
      (i32.store (i32.const 20) (i32.const 100000))
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
