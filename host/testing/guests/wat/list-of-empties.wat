;; Returns a million empty texts.
(component
  (core module $hostile
    (memory (export "memory") 160)
    ;; Pointer and length.
    (data (i32.const 16) "\00\00\00\00\40\42\0f\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result (list string))
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
