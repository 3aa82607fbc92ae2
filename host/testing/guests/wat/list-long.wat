;; Returns a list of 2 MiB, more than one call may carry.
(component
  (core module $hostile
    (memory (export "memory") 40)
    ;; Pointer and length.
    (data (i32.const 16) "\00\00\00\00\00\00\20\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result (list u8))
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
