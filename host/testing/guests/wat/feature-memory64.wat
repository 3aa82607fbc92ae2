;; Declares a memory with 64-bit addresses.
(component
  (core module $hostile
    (memory i64 1)
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
