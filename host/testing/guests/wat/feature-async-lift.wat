;; Exports a function that is lifted as asynchronous.
(component
  (core module $hostile
    (func (export "attack") (result i32) (i32.const 0))
    (func (export "callback") (param i32 i32 i32) (result i32) (i32.const 0)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") async (canon lift (core func $made "attack") async (callback (core func $made "callback")))))
