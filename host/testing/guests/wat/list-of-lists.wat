;; Returns half a million empty lists of lists.
(component
  (core module $hostile
    (memory (export "memory") 80)
    ;; Pointer and length.
    (data (i32.const 16) "\00\00\00\00\20\a1\07\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result (list (list (list u8))))
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
