;; Calls a typed function reference.
(component
  (core module $hostile
    (type $f (func))
    (func (param (ref null $f)) (call_ref $f (local.get 0)))
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
