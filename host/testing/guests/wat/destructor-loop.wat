;; Computes for ever in the destructor of a resource that it drops.
(component
  (core module $destructors
    (func (export "destroy") (param i32) (loop $again (br $again))))
  (core instance $destructor (instantiate $destructors))
  (type $thing (resource (rep i32) (dtor (core func $destructor "destroy"))))
  (core func $new (canon resource.new $thing))
  (core func $drop (canon resource.drop $thing))
  (core module $hostile
    (import "thing" "new" (func $new (param i32) (result i32)))
    (import "thing" "drop" (func $drop (param i32)))
    (func (export "attack") (call $drop (call $new (i32.const 7)))))
  (core instance $made (instantiate $hostile
    (with "thing" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
