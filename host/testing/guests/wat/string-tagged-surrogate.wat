;; Returns a text tagged as UTF-16 with an odd count of units and half of a pair.
(component
  (core module $hostile
    (memory (export "memory") 1)
    ;; Pointer and length.
    (data (i32.const 16) "\00\04\00\00\03\00\00\80")
    (data (i32.const 1024) "a\00\00\d8b\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result string)
    (canon lift (core func $made "attack") (memory (core memory $made "memory")) string-encoding=latin1+utf16)))
