;; Sleeps for a century by the clock of the contract.
(component
  (import "glasshouse:capability/clock@0.1.0" (instance $clock
    (export "sleep" (func (param "duration" u64)))))
  (core func $sleep (canon lower (func $clock "sleep")))
  (core module $hostile
    (import "clock" "sleep" (func $sleep (param i64)))
    (func (export "attack") (call $sleep (i64.const 3153600000000000000))))
  (core instance $made (instantiate $hostile (with "clock" (instance (export "sleep" (func $sleep))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
