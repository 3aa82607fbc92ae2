;; Asks for the tables of a twin.
(component
  (import "glasshouse:capability/state@0.1.0" (instance))
  (core module $hostile (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
