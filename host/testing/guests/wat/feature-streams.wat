;; Makes a stream and never reads it.
(component
  (type $bytes (stream u8))
  (core func $new (canon stream.new $bytes))
  (core module $hostile
    (import "stream" "new" (func $new (result i64)))
    (func (export "attack") (drop (call $new))))
  (core instance $made (instantiate $hostile
    (with "stream" (instance (export "new" (func $new))))))
  (func (export "attack") (canon lift (core func $made "attack"))))
