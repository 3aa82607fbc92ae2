;; Returns a list of `u64` at an address that is no multiple of 8.
(component
  (core module $hostile
    (memory (export "memory") 1)
    ;; Pointer and length.
    (data (i32.const 16) "\01\04\00\00\02\00\00\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result (list u64))
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
