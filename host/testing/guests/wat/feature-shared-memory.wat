;; Declares a memory to be shared by threads.
(component
  (core module $hostile
    (memory 1 1 shared)
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
