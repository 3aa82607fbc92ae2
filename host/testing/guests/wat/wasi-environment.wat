;; Reads the environment of the host, where secrets are.
(component
  (import "wasi:cli/environment@0.2.6" (instance $probed
    (export "get-environment" (func (result (list (tuple string string)))))))
  (core module $memory
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $room (instantiate $memory))
  (core func $probe (canon lower (func $probed "get-environment")
    (memory (core memory $room "memory")) (realloc (core func $room "realloc"))))
  (core module $hostile
    (import "host" "probe" (func $probe (param i32)))
    (func (export "attack") (result i32) (call $probe (i32.const 64)) (i32.const 64)))
  (core instance $made (instantiate $hostile (with "host" (instance (export "probe" (func $probe))))))
  (func (export "attack") (result (list (tuple string string)))
    (canon lift (core func $made "attack") (memory (core memory $room "memory")))))
