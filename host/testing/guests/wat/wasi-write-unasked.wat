;; Writes to standard output without asking how much it may write.
(component
  (import "wasi:io/error@0.2.6" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.6" (instance $streams
    (export "output-stream" (type $output (sub resource)))
    (alias outer 1 $error (type $outer-error))
    (export "error" (type $error (eq $outer-error)))
    (type $plain (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $plain)))
    (export "[method]output-stream.write" (func (param "self" (borrow $output)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $output))
  (import "wasi:cli/stdout@0.2.6" (instance $stdout
    (alias outer 1 $output (type $outer))
    (export "output-stream" (type $output (eq $outer)))
    (export "get-stdout" (func (result (own $output))))))
  (core module $memory (memory (export "memory") 32))
  (core instance $room (instantiate $memory))
  (core func $get-stdout (canon lower (func $stdout "get-stdout")))
  (core func $method (canon lower (func $streams "[method]output-stream.write") (memory (core memory $room "memory"))))
  (core module $hostile
    (import "host" "get-stdout" (func $get-stdout (result i32)))
    (import "host" "method" (func $method (param i32 i32 i32 i32)))
    (func (export "attack")
      (call $method (call $get-stdout) (i32.const 0) (i32.const 0x40000) (i32.const 0x1f0000))))
  (core instance $made (instantiate $hostile
    (with "host" (instance
      (export "get-stdout" (func $get-stdout)) (export "method" (func $method))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
