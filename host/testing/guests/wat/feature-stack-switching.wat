;; Declares a type of continuations.
(component
  (core module $hostile
    (type $f (func))
    (type $k (cont $f))
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
