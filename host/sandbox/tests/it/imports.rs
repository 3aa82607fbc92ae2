//! What every built guest imports, printed and held against its role. `cargo test -- --nocapture` shows the lists.

use crate::contract::{contract, imports_of};
use crate::stage::Stage;
use glasshouse_sandbox::Role;
use glasshouse_testing::all_guests;
use std::collections::BTreeSet;

/// The one built guest that asks for more than its role may; the loader refuses it.
const PEEKING: &str = "peeking-agent";

/// The interfaces from which a guest learns how a trial went; only judges may.
const SEALED: [&str; 2] = ["glasshouse:capability/outcome", "glasshouse:capability/trajectory"];

#[test]
fn every_guest_fits_its_role() {
    let stage = Stage::new(None);
    let mut roles = BTreeSet::new();
    for guest in all_guests() {
        let outside = stage.inspect(&guest.bytes).unwrap();
        let role = outside.role.unwrap_or_else(|| panic!("{} exports no role's interface", guest.name));
        println!("{} ({role}): {}", guest.name, outside.imports.join(", "));
        assert_eq!(
            outside.problems.is_empty(),
            guest.name != PEEKING,
            "{}: {:?}",
            guest.name,
            outside.problems
        );
        let allowed = imports_of(&contract(), role);
        let foreign: Vec<_> = outside
            .imports
            .iter()
            .filter(|import| !allowed.contains(import.strip_suffix("@0.1.0").unwrap_or(import)))
            .collect();
        assert_eq!(foreign.is_empty(), guest.name != PEEKING, "{}: {foreign:?}", guest.name);
        roles.insert(role);
    }
    for role in [Role::Agent, Role::Judge, Role::Persona, Role::Twin] {
        assert!(roles.contains(&role), "no guest of the role {role} is built");
    }
}

#[test]
fn only_judges_can_name_what_tells_how_a_trial_went() {
    let resolve = contract();
    for role in Role::ALL {
        let imports = imports_of(&resolve, role);
        println!("{role}: {}", imports.iter().cloned().collect::<Vec<_>>().join(", "));
        let sealed: Vec<_> = SEALED.into_iter().filter(|name| imports.contains(*name)).collect();
        let expected = if role == Role::Judge { SEALED.to_vec() } else { Vec::new() };
        assert_eq!(sealed, expected, "{role}");
    }
}
