;; Grows two memories by turns, neither of them beyond the limit.
(component
  (core module $hostile
    (memory $one 1)
    (memory $two 1)
    (func (export "attack")
      (loop $again
        (drop (memory.grow $one (i32.const 8)))
        (drop (memory.grow $two (i32.const 8)))
        (br_if $again (i32.lt_u (memory.size $one) (i32.const 240))))))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
