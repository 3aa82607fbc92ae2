;; Declares a type of the garbage-collected heap and fills the heap with it.
(component
  (core module $hostile
    (type $node (struct (field (mut i64))))
    (func (drop (struct.new $node (i64.const 1))))
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
