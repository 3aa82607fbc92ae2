;; Computes for ever while the host asks for room for an argument.
(component
  (core module $hostile
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (loop $again (br $again)) unreachable)
    (func (export "attack") (param i32 i32)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (param "text" string)
    (canon lift (core func $made "attack")
      (memory (core memory $made "memory")) (realloc (core func $made "realloc")))))
