;; Computes for ever after its result was read, where the host lets it free what it returned.
(component
  (core module $hostile
    (func (export "attack") (result i32) (i32.const 1))
    (func (export "cleanup") (param i32) (loop $again (br $again))))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (result u32)
    (canon lift (core func $made "attack") (post-return (core func $made "cleanup")))))
