;; Asks for a later version of the contract.
(component
  (import "glasshouse:capability/log@0.2.0" (instance))
  (core module $hostile (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
