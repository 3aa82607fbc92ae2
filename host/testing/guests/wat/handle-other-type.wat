;; Drops a handle as one of another type.
(component
  (type $thing (resource (rep i32)))
  (type $other (resource (rep i32)))
  (core func $new (canon resource.new $thing))
  (core func $rep (canon resource.rep $thing))
  (core func $drop (canon resource.drop $thing))
  (core func $drop-other (canon resource.drop $other))
  (core module $hostile
    (import "thing" "new" (func $new (param i32) (result i32)))
    (import "thing" "rep" (func $rep (param i32) (result i32)))
    (import "thing" "drop" (func $drop (param i32)))
    (import "thing" "drop-other" (func $drop-other (param i32)))
    (func (export "attack")
      (call $drop-other (call $new (i32.const 7)))))
  (core instance $made (instantiate $hostile
    (with "thing" (instance
      (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))
      (export "drop-other" (func $drop-other))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
