;; Copies 4 MiB again and again: a few instructions that keep the machine's memory busy.
(component
  (core module $hostile
    (memory 128)
    (func (export "attack")
      (loop $again
        (memory.copy (i32.const 0) (i32.const 0x400000) (i32.const 0x400000))
        (br $again))))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
