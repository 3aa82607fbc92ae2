;; Declares a memory with pages of one byte.
(component
  (core module $hostile
    (memory 1 (pagesize 1))
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
