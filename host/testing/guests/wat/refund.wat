;; Pays out what it is asked to: the policy and the schema have to hold it.
(component
  (core module $hostile
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "refund") (param i32 i32 i32) (result i32) (local.get 0)))
  (core instance $made (instantiate $hostile))
  (func (export "refund") (param "amount" u32) (param "to" string) (result u32)
    (canon lift (core func $made "refund")
      (memory (core memory $made "memory")) (realloc (core func $made "realloc")))))
