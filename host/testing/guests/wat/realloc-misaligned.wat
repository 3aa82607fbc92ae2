;; Names room for an argument at an address that is no multiple of its alignment.
(component
  (core module $hostile
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1025))
    (func (export "attack") (param i32 i32)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (param "values" (list u32))
    (canon lift (core func $made "attack")
      (memory (core memory $made "memory")) (realloc (core func $made "realloc")))))
