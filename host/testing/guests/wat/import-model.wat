;; Asks for a model, which this build does not give.
(component
  (import "glasshouse:capability/model@0.1.0" (instance))
  (core module $hostile (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
