//! Access from the first message to the last day; `specs/access-desk.md` says how.

use access_desk_logic::{AccessDesk, Sound};

plugin_sdk::export!(listening_agent: AccessDesk<Sound>);
