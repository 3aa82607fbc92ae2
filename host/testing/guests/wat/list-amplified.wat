;; Returns a million of the smallest values, each of them much larger for the host.
(component
  (core module $hostile
    (memory (export "memory") 40)
    ;; Pointer and length.
    (data (i32.const 16) "\00\00\00\00\20\30\05\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result (list (tuple u8 (option u8))))
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
