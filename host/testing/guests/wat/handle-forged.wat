;; Drops a handle that it never got.
(component
  (type $thing (resource (rep i32)))
  (core func $new (canon resource.new $thing))
  (core func $rep (canon resource.rep $thing))
  (core func $drop (canon resource.drop $thing))
  (core module $hostile
    (import "thing" "new" (func $new (param i32) (result i32)))
    (import "thing" "rep" (func $rep (param i32) (result i32)))
    (import "thing" "drop" (func $drop (param i32)))
    (func (export "attack")
      (call $drop (i32.const 0x12345))))
  (core instance $made (instantiate $hostile
    (with "thing" (instance
      (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
