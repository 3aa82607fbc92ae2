;; Fills a table of 50,000 elements again and again.
(component
  (core module $hostile
    (table $t 50000 funcref)
    (func (export "attack")
      (loop $again
        (table.fill $t (i32.const 0) (ref.null func) (i32.const 50000))
        (br $again))))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
