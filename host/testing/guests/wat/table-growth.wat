;; Grows a table until that is refused, and further.
(component
  (core module $hostile
    (table $t 1 funcref)
    (func (export "attack")
      (loop $again
        (drop (table.grow $t (ref.null func) (i32.const 1000)))
        (br $again))))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
