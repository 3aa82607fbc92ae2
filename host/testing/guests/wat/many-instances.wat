;; Takes three memories of 6 MiB in three core instances: each is below the limit, their sum is not.
(component
  (core module $large
    (memory 96)
    (func (export "attack")))
  (core instance $one (instantiate $large))
  (core instance $two (instantiate $large))
  (core instance $three (instantiate $large))
  (func (export "attack") (canon lift (core func $three "attack"))))
