;; Computes for ever; called with so much fuel that real time ends it first.
(component
  (core module $hostile
    (func (export "attack") (loop $again (br $again))))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
