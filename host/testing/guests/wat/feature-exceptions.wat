;; Declares an exception and throws it.
(component
  (core module $hostile
    (tag $oops)
    (func (throw $oops))
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
