;; Returns a text that is not UTF-8: an overlong form and a lone continuation.
(component
  (core module $hostile
    (memory (export "memory") 1)
    ;; Pointer and length.
    (data (i32.const 16) "\00\04\00\00\04\00\00\00")
    (data (i32.const 1024) "\c0\af\80x")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result string)
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
