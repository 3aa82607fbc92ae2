;; Returns a text tagged as UTF-16 of 2^31-1 units.
(component
  (core module $hostile
    (memory (export "memory") 1)
    ;; Pointer and length.
    (data (i32.const 16) "\00\04\00\00\ff\ff\ff\ff")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result string)
    (canon lift (core func $made "attack") (memory (core memory $made "memory")) string-encoding=latin1+utf16)))
