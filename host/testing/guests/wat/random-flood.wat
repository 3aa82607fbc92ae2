;; Draws numbers for ever.
(component
  (import "glasshouse:capability/random@0.1.0" (instance $random
    (export "next" (func (result u64)))))
  (core func $next (canon lower (func $random "next")))
  (core module $hostile
    (import "random" "next" (func $next (result i64)))
    (func (export "attack") (loop $again (drop (call $next)) (br $again))))
  (core instance $made (instantiate $hostile (with "random" (instance (export "next" (func $next))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
