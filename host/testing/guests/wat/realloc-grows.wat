;; Names fresh room for each argument until its memory is full.
(component
  (core module $hostile
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (i32.mul (memory.grow (i32.const 16)) (i32.const 65536)))
    (func (export "attack") (param i32 i32)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (param "values" (list string))
    (canon lift (core func $made "attack")
      (memory (core memory $made "memory")) (realloc (core func $made "realloc")))))
