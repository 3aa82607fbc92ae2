;; Sends whatever request it is called with, and tells the status of the answer or the error that it got.
(component
  (import "glasshouse:types/types@0.1.0" (instance $types
    (type $plain-error (variant
      (case "denied" string) (case "not-found" string) (case "invalid-argument" string)
      (case "conflict" string) (case "timed-out" string) (case "unavailable" string)
      (case "quota-exceeded" string) (case "other" string)))
    (export "error" (type $error (eq $plain-error)))
    (type $plain-header (record (field "name" string) (field "value" string)))
    (export "header" (type $header (eq $plain-header)))
    (type $plain-request (record
      (field "method" string) (field "url" string) (field "headers" (list $header)) (field "body" (list u8))))
    (export "request" (type $request (eq $plain-request)))
    (type $plain-response (record
      (field "status" u16) (field "headers" (list $header)) (field "body" (list u8))))
    (export "response" (type $response (eq $plain-response)))))
  (alias export $types "error" (type $error))
  (alias export $types "request" (type $request))
  (alias export $types "response" (type $response))
  (import "glasshouse:capability/http@0.1.0" (instance $http
    (alias outer 1 $error (type $outer-error))
    (export "error" (type $error (eq $outer-error)))
    (alias outer 1 $request (type $outer-request))
    (export "request" (type $request (eq $outer-request)))
    (alias outer 1 $response (type $outer-response))
    (export "response" (type $response (eq $outer-response)))
    (export "send" (func (param "request" $request) (result (result $response (error $error)))))))
  (core module $memory
    (memory (export "memory") 32)
    ;; What begins the text of each case of an error: its length, then itself, 24 bytes each.
    (data (i32.const 1024) "\08denied: ")
    (data (i32.const 1048) "\0bnot found: ")
    (data (i32.const 1072) "\12invalid argument: ")
    (data (i32.const 1096) "\0aconflict: ")
    (data (i32.const 1120) "\0btimed out: ")
    (data (i32.const 1144) "\0dunavailable: ")
    (data (i32.const 1168) "\10quota exceeded: ")
    (data (i32.const 1192) "\07other: ")
    (global $next (mut i32) (i32.const 131072))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (local.get $at))
    ;; Turns the result at 64 into one at 32 whose error is a text: `denied: ...`.
    (func (export "told") (result i32)
      (local $case i32) (local $length i32)
      (i32.store (i32.const 36) (i32.load (i32.const 68)))
      (if (i32.eqz (i32.load8_u (i32.const 64)))
        (then (i32.store8 (i32.const 32) (i32.const 0)) (return (i32.const 32))))
      (local.set $case
        (i32.add (i32.const 1024) (i32.mul (i32.load8_u (i32.const 68)) (i32.const 24))))
      (local.set $length (i32.load8_u (local.get $case)))
      (memory.copy (i32.const 4096) (i32.add (local.get $case) (i32.const 1)) (local.get $length))
      (memory.copy
        (i32.add (i32.const 4096) (local.get $length)) (i32.load (i32.const 72)) (i32.load (i32.const 76)))
      (i32.store8 (i32.const 32) (i32.const 1))
      (i32.store (i32.const 36) (i32.const 4096))
      (i32.store (i32.const 40) (i32.add (local.get $length) (i32.load (i32.const 76))))
      (i32.const 32)))
  (core instance $room (instantiate $memory))
  (core func $send (canon lower (func $http "send")
    (memory (core memory $room "memory")) (realloc (core func $room "realloc"))))
  (core module $hostile
    (import "room" "told" (func $told (result i32)))
    (import "http" "send" (func $send (param i32 i32 i32 i32 i32 i32 i32 i32 i32)))
    (func (export "attack") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
      (call $send
        (local.get 0) (local.get 1) (local.get 2) (local.get 3)
        (local.get 4) (local.get 5) (local.get 6) (local.get 7) (i32.const 64))
      (call $told)))
  (core instance $made (instantiate $hostile
    (with "room" (instance $room))
    (with "http" (instance (export "send" (func $send))))))
  (func (export "attack") (param "request" $request) (result (result u16 (error string)))
    (canon lift (core func $made "attack")
      (memory (core memory $room "memory")) (realloc (core func $room "realloc")))))
