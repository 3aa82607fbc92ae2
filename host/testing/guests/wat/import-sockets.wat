;; Asks for sockets.
(component
  (import "wasi:sockets/tcp@0.2.6" (instance))
  (core module $hostile (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
