;; Returns a `char` beyond the last one of Unicode.
(component
  (core module $hostile
    (func (export "attack") (result i32) (i32.const 0x110000)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result char) (canon lift (core func $made "attack"))))
