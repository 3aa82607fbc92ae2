;; Declares a first memory of 64 MiB.
(component
  (core module $hostile
    (memory 1024)
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
