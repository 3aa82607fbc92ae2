;; Asks for an interface that nobody knows.
(component
  (import "evil:host/shell@1.0.0" (instance))
  (core module $hostile (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
