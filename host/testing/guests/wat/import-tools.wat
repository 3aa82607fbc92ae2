;; Asks for the tools of other components, which tools themselves do not get, and how many there are.
(component
  (import "glasshouse:capability/tools@0.1.0" (instance $tools
    (type $plain (record
      (field "name" string) (field "description" string)
      (field "input-schema" string) (field "output-schema" string)))
    (export "definition" (type $definition (eq $plain)))
    (export "definitions" (func (result (list $definition))))))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
  (core instance $room (instantiate $memory))
  (core func $definitions (canon lower (func $tools "definitions")
    (memory (core memory $room "memory")) (realloc (core func $room "realloc"))))
  (core module $hostile
    (import "room" "memory" (memory 1))
    (import "tools" "definitions" (func $definitions (param i32)))
    (func (export "attack") (result i32) (call $definitions (i32.const 64)) (i32.load (i32.const 68))))
  (core instance $made (instantiate $hostile
    (with "room" (instance $room))
    (with "tools" (instance (export "definitions" (func $definitions))))))
  (func (export "attack") (result u32) (canon lift (core func $made "attack"))))
