;; Returns a result that is neither ok nor an error.
(component
  (core module $hostile
    (memory (export "memory") 1)
    (data (i32.const 16) "\02\00\00\00\01\00\00\00\00\00\00\00")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result (result string (error string)))
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
