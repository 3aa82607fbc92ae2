;; Returns a text in UTF-16 at an odd address.
(component
  (core module $hostile
    (memory (export "memory") 1)
    ;; Pointer and length.
    (data (i32.const 16) "\01\04\00\00\02\00\00\00")
    (data (i32.const 1024) "\00a\00b\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result string)
    (canon lift (core func $made "attack") (memory (core memory $made "memory")) string-encoding=utf16)))
