;; Writes a line that turns itself around, clears the screen and sets the title of the window.
(component
  (import "glasshouse:capability/log@0.1.0" (instance $log
    (type $plain (enum "debug" "info" "warn" "error"))
    (export "level" (type $level (eq $plain)))
    (export "write" (func (param "level" $level) (param "message" string)))))
  (core module $memory
    (memory (export "memory") 1)
    (data (i32.const 1024) "ok\e2\80\ae\1b[2J\1b]0;title\07\0d\0a::error::x"))
  (core instance $room (instantiate $memory))
  (core func $write (canon lower (func $log "write") (memory (core memory $room "memory"))))
  (core module $hostile
    (import "log" "write" (func $write (param i32 i32 i32)))
    (func (export "attack") (call $write (i32.const 1) (i32.const 0x400) (i32.const 0x1f))))
  (core instance $made (instantiate $hostile
    (with "log" (instance (export "write" (func $write))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
