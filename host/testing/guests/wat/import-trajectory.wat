;; Asks what happened in a trial, which only a judge may know, and counts it.
(component
  (import "glasshouse:capability/trajectory@0.1.0" (instance $asked
    (export "count" (func (result u64)))))
  (core func $asked (canon lower (func $asked "count")))
  (core module $hostile
    (import "asked" "it" (func $it (result i64)))
    (func (export "attack") (result i64) (call $it)))
  (core instance $made (instantiate $hostile
    (with "asked" (instance (export "it" (func $asked))))))
  (func (export "attack") (result u64) (canon lift (core func $made "attack"))))
