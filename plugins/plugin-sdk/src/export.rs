//! The one line that makes a component of a plugin.

/// Exports a type as the component's role: `export!(tool: T)`, `export!(judge: T)`, `export!(agent: T)`,
/// `export!(listening_agent: T)` or `export!(persona: T)`, once in the guest's `lib.rs`. A tool of several functions lists
/// them: `export!(tool: Read, Write)`.
///
/// Natively it exports nothing and only asks that the type has the role's trait, so that the same crate is tested
/// without a host.
#[macro_export]
macro_rules! export {
    (agent: $plugin:ty) => {
        #[cfg(not(target_arch = "wasm32"))]
        const _: () = {
            const fn has_role<T: $crate::Agent>() {}
            has_role::<$plugin>();
        };
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::agent::exports::glasshouse::agent::run::{Answer, Guest, Task};

            struct Component;

            impl Guest for Component {
                fn run(task: Task) -> Result<Answer, $crate::Error> {
                    <$plugin as $crate::Agent>::run(&mut $crate::Host, &task)
                }
            }

    $crate::bindings::agent::export_agent!(Component with_types_in $crate::bindings::agent);
        };
    };
    (listening_agent: $plugin:ty) => {
        $crate::export!(agent: $plugin);
        #[cfg(not(target_arch = "wasm32"))]
        const _: () = {
            const fn has_role<T: $crate::ListeningAgent>() {}
            has_role::<$plugin>();
        };
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::inbound::exports::glasshouse::agent::inbound::Guest;

            struct Component;

            impl Guest for Component {
                fn handle(request: $crate::Request) -> $crate::Response {
                    <$plugin as $crate::ListeningAgent>::inbound(&mut $crate::Host, &request)
                }
            }

    $crate::bindings::inbound::export_inbound!(Component with_types_in $crate::bindings::inbound);
        };
    };
    (judge: $plugin:ty) => {
        #[cfg(not(target_arch = "wasm32"))]
        const _: () = {
            const fn has_role<T: $crate::Judge>() {}
            has_role::<$plugin>();
        };
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::judge::exports::glasshouse::judge::judging::{Guest, Verdict};

            struct Component;

            impl Guest for Component {
                fn judge(criterion: String) -> Result<Verdict, $crate::Error> {
                    <$plugin as $crate::Judge>::judge(&mut $crate::Host, &criterion)
                }
            }

    $crate::bindings::judge::export_judge!(Component with_types_in $crate::bindings::judge);
        };
    };
    (persona: $plugin:ty) => {
        #[cfg(not(target_arch = "wasm32"))]
        const _: () = {
            const fn has_role<T: $crate::Persona>() {}
            has_role::<$plugin>();
        };
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::persona::exports::glasshouse::persona::speaking::{Conversation, Guest};

            struct Component;

            impl Guest for Component {
                fn next(conversation: Conversation) -> Result<Option<String>, $crate::Error> {
                    <$plugin as $crate::Persona>::next(&mut $crate::Host, &conversation)
                }
            }

    $crate::bindings::persona::export_persona!(Component with_types_in $crate::bindings::persona);
        };
    };
    (tool: $first:ty, $($function:ty),+ $(,)?) => {
        $crate::export!(tool: ($first, $($function),+));
    };
    (tool: $plugin:ty) => {
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn() -> Vec<$crate::Definition> = <$plugin as $crate::Tool>::definitions;
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::tool::exports::glasshouse::tool::calls::{Definition, Guest};

            struct Component;

            impl Guest for Component {
                fn definitions() -> Vec<Definition> {
                    <$plugin as $crate::Tool>::definitions()
                }

                fn call(name: String, arguments: String) -> Result<String, $crate::Error> {
                    <$plugin as $crate::Tool>::call(&mut $crate::Host, &name, &arguments)
                }
            }

    $crate::bindings::tool::export_tool!(Component with_types_in $crate::bindings::tool);
        };
    };
}
