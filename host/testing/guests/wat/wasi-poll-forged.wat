;; Waits for a list of handles out of zeroes.
(component
  (import "wasi:io/poll@0.2.6" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "poll" (func (param "in" (list (borrow $pollable))) (result (list u32))))))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
  (core instance $room (instantiate $memory))
  (core func $wait (canon lower (func $poll "poll")
    (memory (core memory $room "memory")) (realloc (core func $room "realloc"))))
  (core module $hostile
    (import "host" "wait" (func $wait (param i32 i32 i32)))
    (func (export "attack") (call $wait (i32.const 0) (i32.const 16) (i32.const 64))))
  (core instance $made (instantiate $hostile (with "host" (instance (export "wait" (func $wait))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
