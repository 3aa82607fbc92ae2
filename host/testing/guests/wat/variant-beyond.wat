;; Returns a case that its variant does not have, with a pointer in its payload.
(component
  (core module $hostile
    (memory (export "memory") 1)
    (data (i32.const 16) "\09\00\00\00\ff\ff\ff\ff\ff\ff\ff\ff")
    (func (export "attack") (result i32) (i32.const 16)))
  (core instance $made (instantiate $hostile))
  (type $plain (variant (case "text" string) (case "none")))
  (export $named "kind" (type $plain))
  (func (export "attack") (result $named)
    (canon lift (core func $made "attack") (memory (core memory $made "memory")))))
