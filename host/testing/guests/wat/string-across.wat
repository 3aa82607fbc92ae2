;; Returns a text whose last byte is the first behind the end of memory.
(component
  (core module $hostile
    (memory (export "memory") 1)
    ;; Pointer and length.
    (data (i32.const 16) "\f0\ff\00\00\11\00\00\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result string)
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
