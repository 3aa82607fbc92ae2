;; Asks for a function by a name without interface.
(component
  (import "system" (func (param "command" string) (result s32)))
  (core module $hostile (func (export "attack")))
  (core instance $made (instantiate $hostile))
  (func (export "attack") (canon lift (core func $made "attack"))))
