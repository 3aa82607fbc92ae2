;; Returns a case that its enum does not have.
(component
  (core module $hostile
    (func (export "attack") (result i32) (i32.const 2)))
  (core instance $made (instantiate $hostile))
  (type $plain (enum "yes" "no"))
  (export $named "kind" (type $plain))
  (func (export "attack") (result $named) (canon lift (core func $made "attack"))))
