;; Calls itself in tail position.
(component
  (core module $hostile
    (func $again (return_call $again))
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
