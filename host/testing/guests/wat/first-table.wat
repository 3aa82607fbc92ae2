;; Declares a first table of 10 million elements.
(component
  (core module $hostile
    (table 10000000 funcref)
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
