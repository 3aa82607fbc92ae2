;; Declares a table of 2^60 elements with 64-bit indices.
(component
  (core module $hostile
    (table i64 0 0x1000000000000000 funcref)
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
