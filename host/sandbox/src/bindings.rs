//! Generated bindings of the contract, one module a world. The capabilities' traits and the shared types are
//! generated once, in `host`; the role worlds borrow those that they import.
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]

pub(crate) mod host {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "glasshouse:worlds/host",
        imports: { default: trappable },
    });
}

/// Generates a role's world over the capabilities of `host` that it imports.
macro_rules! role {
    ($module:ident, $world:literal, { $($interface:literal: $host:ident),* $(,)? } $(, exports: $exports:tt)?) => {
        pub(crate) mod $module {
            wasmtime::component::bindgen!({
                path: "../../wit",
                world: $world,
                imports: { default: trappable },
                $(exports: $exports,)?
                with: {
                    "glasshouse:types/types": super::host::glasshouse::types::types,
                    $($interface: super::host::glasshouse::capability::$host,)*
                },
            });
        }
    };
}

role!(twin, "glasshouse:twin/twin", {
    "glasshouse:capability/log": log,
    "glasshouse:capability/clock": clock,
    "glasshouse:capability/random": random,
    "glasshouse:capability/state": state,
    "glasshouse:capability/delivery": delivery,
});
role!(tool, "glasshouse:tool/tool", {
    "glasshouse:capability/log": log,
    "glasshouse:capability/clock": clock,
    "glasshouse:capability/random": random,
    "glasshouse:capability/http": http,
    "glasshouse:capability/workspace": workspace,
}, exports: { default: async });
role!(judge, "glasshouse:judge/judge", {
    "glasshouse:capability/log": log,
    "glasshouse:capability/trajectory": trajectory,
    "glasshouse:capability/outcome": outcome,
    "glasshouse:capability/model": model,
});
role!(persona, "glasshouse:persona/persona", {
    "glasshouse:capability/log": log,
    "glasshouse:capability/random": random,
    "glasshouse:capability/model": model,
});
role!(listening_agent, "glasshouse:agent/listening-agent", {
    "glasshouse:capability/log": log,
    "glasshouse:capability/clock": clock,
    "glasshouse:capability/random": random,
    "glasshouse:capability/http": http,
    "glasshouse:capability/workspace": workspace,
    "glasshouse:capability/tools": tools,
    "glasshouse:capability/model": model,
});
role!(agent, "glasshouse:agent/agent", {
    "glasshouse:capability/log": log,
    "glasshouse:capability/clock": clock,
    "glasshouse:capability/random": random,
    "glasshouse:capability/http": http,
    "glasshouse:capability/workspace": workspace,
    "glasshouse:capability/tools": tools,
    "glasshouse:capability/model": model,
});
