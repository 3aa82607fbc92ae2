;; Asks for 2^63 random bytes.
(component
  (import "wasi:random/random@0.2.6" (instance $random
    (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
  (core instance $room (instantiate $memory))
  (core func $draw (canon lower (func $random "get-random-bytes")
    (memory (core memory $room "memory")) (realloc (core func $room "realloc"))))
  (core module $hostile
    (import "host" "draw" (func $draw (param i64 i32)))
    (func (export "attack") (call $draw (i64.const 0x8000000000000000) (i32.const 64))))
  (core instance $made (instantiate $hostile (with "host" (instance (export "draw" (func $draw))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
