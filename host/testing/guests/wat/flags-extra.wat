;; Returns bits that its flags do not have; the canonical ABI passes over them.
(component
  (core module $hostile
    (func (export "attack") (result i32) (i32.const 0xfffffffe)))
  (core instance $made (instantiate $hostile))
  (type $plain (flags "one" "two"))
  (export $named "kind" (type $plain))
  (func (export "attack") (result $named) (canon lift (core func $made "attack"))))
