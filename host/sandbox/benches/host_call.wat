;; Calls the host that many times.
(component
  (import "glasshouse:capability/random@0.1.0" (instance $random
    (export "next" (func (result u64)))))
  (core func $next (canon lower (func $random "next")))
  (core module $m
    (import "host" "next" (func $next (result i64)))
    (func (export "calls") (param $count i32)
      (block $done
        (loop $more
          (br_if $done (i32.eqz (local.get $count)))
          (drop (call $next))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $more)))))
  (core instance $i (instantiate $m (with "host" (instance (export "next" (func $next))))))
  (func (export "calls") (param "count" u32) (canon lift (core func $i "calls"))))
