;; Names room for an argument that the end of memory cuts.
(component
  (core module $hostile
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0xfffc))
    (func (export "attack") (param i32 i32)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (param "values" (list u32))
    (canon lift (core func $made "attack")
      (memory (core memory $made "memory")) (realloc (core func $made "realloc")))))
