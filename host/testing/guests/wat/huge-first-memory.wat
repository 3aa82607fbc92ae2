;; Declares a first memory of 4 GiB.
(component
  (core module $hostile
    (memory 65536)
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
