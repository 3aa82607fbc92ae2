;; Names room for an argument at address 0, where nothing of its own is.
(component
  (core module $hostile
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
    (func (export "attack") (param i32 i32) (result i32)
      (i32.store (i32.const 64) (local.get 0))
      (i32.store (i32.const 68) (local.get 1))
      (i32.const 64)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (param "text" string) (result string)
    (canon lift (core func $made "attack")
      (memory (core memory $made "memory")) (realloc (core func $made "realloc")))))
