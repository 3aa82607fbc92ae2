;; Returns 2 as a `bool`, which the canonical ABI takes for true.
(component
  (core module $hostile
    (func (export "attack") (result i32) (i32.const 2)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result bool) (canon lift (core func $made "attack"))))
