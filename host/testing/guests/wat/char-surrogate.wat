;; Returns half of a UTF-16 pair as a `char`.
(component
  (core module $hostile
    (func (export "attack") (result i32) (i32.const 0xd800)))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result char) (canon lift (core func $made "attack"))))
