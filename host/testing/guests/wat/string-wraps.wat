;; Returns a text whose end wraps around to the beginning of the address space.
(component
  (core module $hostile
    (memory (export "memory") 1)
    ;; Pointer and length.
    (data (i32.const 16) "\f0\ff\ff\ff\20\00\00\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result string)
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
