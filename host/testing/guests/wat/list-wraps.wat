;; Returns a list whose size in bytes is 8 once it wraps around.
(component
  (core module $hostile
    (memory (export "memory") 1)
    ;; Pointer and length.
    (data (i32.const 16) "\00\04\00\00\01\00\00\20")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result (list u64))
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
