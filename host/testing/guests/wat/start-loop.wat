;; Computes for ever before any export is called: in the core module's start function.
(component
  (core module $hostile
    (func $forever (loop $again (br $again)))
    (start $forever)
    (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
