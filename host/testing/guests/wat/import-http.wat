;; Asks for a way out that its policy does not grant.
(component
  (import "glasshouse:capability/http@0.1.0" (instance))
  (core module $hostile (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
