;; Takes five memories of 4 MiB in one core module: each is below the limit, their sum is not.
(component
  (core module $hostile
    (memory 64)
    (memory 64)
    (memory 64)
    (memory 64)
    (memory 64)
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
