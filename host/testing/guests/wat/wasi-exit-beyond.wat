;; Ends the process with a status that is neither success nor failure.
(component
  (import "wasi:cli/exit@0.2.6" (instance $exits
    (export "exit" (func (param "status" (result))))))
  (core func $exit (canon lower (func $exits "exit")))
  (core module $hostile
    (import "host" "exit" (func $exit (param i32)))
    (func (export "attack") (call $exit (i32.const 5))))
  (core instance $made (instantiate $hostile (with "host" (instance (export "exit" (func $exit))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
