;; Writes a line in UTF-16 with half of a pair.
(component
  (import "glasshouse:capability/log@0.1.0" (instance $log
    (type $plain (enum "debug" "info" "warn" "error"))
    (export "level" (type $level (eq $plain)))
    (export "write" (func (param "level" $level) (param "message" string)))))
  (core module $memory
    (memory (export "memory") 1)
    (data (i32.const 1024) "a\00\00\d8b\00"))
  (core instance $room (instantiate $memory))
  (core func $write (canon lower (func $log "write") (memory (core memory $room "memory")) string-encoding=utf16))
  (core module $hostile
    (import "log" "write" (func $write (param i32 i32 i32)))
    (func (export "attack") (call $write (i32.const 1) (i32.const 0x400) (i32.const 0x3))))
  (core instance $made (instantiate $hostile
    (with "log" (instance (export "write" (func $write))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
