;; Calls itself through a table, so that no compiler can bound the depth.
(component
  (core module $hostile
    (type $step (func (param i64) (result i64)))
    (table 1 funcref)
    (elem (i32.const 0) $step)
    (func $step (type $step)
      (i64.add
        (call_indirect (type $step) (i64.add (local.get 0) (i64.const 1)) (i32.const 0))
        (local.get 0)))
    (func (export "attack") (drop (call $step (i64.const 0)))))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
